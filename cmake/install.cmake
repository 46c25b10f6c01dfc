# What an installation holds: both libraries, the public headers, the studies, nearsym.pc and find_package(nearsym). All
# of it may be moved to another prefix afterwards.
include(CMakePackageConfigHelpers)

install(TARGETS nearsym_static ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS nearsym_shared EXPORT nearsym LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/nearsym DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY studies DESTINATION ${CMAKE_INSTALL_DATADIR}/nearsym PATTERN results EXCLUDE) # finished runs

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/nearsym)
install(EXPORT nearsym NAMESPACE nearsym:: FILE nearsymConfig.cmake DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/nearsymConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/nearsymConfigVersion.cmake DESTINATION ${package_dir})

file(RELATIVE_PATH PC_PREFIX ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REPLACE ";" " " PC_LIBRARIES "${DNNL_LIBRARY};${HDF5_C_LIBRARIES};-l${NSYM_OPENMP};-l${CMAKE_DL_LIBS}")
if(LZF_FOUND)
  string(APPEND PC_LIBRARIES " -llzf")
endif()
configure_file(cmake/nearsym.pc.in nearsym.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/nearsym.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
