# The Python that the package is built for and tested with: NSYM_PYTHON. pip brings its own; otherwise it is the first
# that has cffi, numpy and the headers: that of a conda environment, Debian's, or what stands first on PATH.
# Without one, the library and the program are built alone.
set(probe "import cffi, numpy, pathlib, sysconfig\nf = sysconfig.get_path('include')\nassert pathlib.Path(f, 'Python.h').exists()\nprint(f)")
if(SKBUILD)
  set(candidates ${Python_EXECUTABLE} ${PYTHON_EXECUTABLE})
  string(REPLACE "cffi, numpy" "cffi" probe "${probe}") # numpy is no part of a build
else()
  set(candidates ${NSYM_PYTHON} /usr/bin/python3 python3)
  if(DEFINED ENV{CONDA_PREFIX})
    list(INSERT candidates 0 $ENV{CONDA_PREFIX}/bin/python3)
  endif()
endif()
unset(NSYM_PYTHON_INCLUDE)
foreach(candidate ${candidates})
  execute_process(COMMAND ${candidate} -c "${probe}" OUTPUT_VARIABLE found RESULT_VARIABLE failed ERROR_QUIET
    OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT failed)
    set(NSYM_PYTHON ${candidate} CACHE STRING "the Python that the package is built for")
    set(NSYM_PYTHON_INCLUDE ${found})
    break()
  endif()
endforeach()
if(SKBUILD AND NOT NSYM_PYTHON_INCLUDE)
  message(FATAL_ERROR "Python's headers (Python.h) are missing: install python3-dev")
elseif(NOT NSYM_PYTHON_INCLUDE)
  message(STATUS "no Python package: no Python has cffi, numpy and Python.h (python3-cffi, python3-numpy, python3-dev)")
endif()

# Wheels ask for an earlier version of a function where the C library has it.
if(SKBUILD)
  include(CheckCSourceCompiles)
  set(CMAKE_REQUIRED_LIBRARIES m)
  check_c_source_compiles("#include \"${PROJECT_SOURCE_DIR}/python/manylinux.h\"
      double hypot(double, double); volatile double x; int main(void) { return hypot(x, x) < 0; }" NSYM_MANYLINUX)
  unset(CMAKE_REQUIRED_LIBRARIES)
  if(NSYM_MANYLINUX)
    add_compile_options(-include ${PROJECT_SOURCE_DIR}/python/manylinux.h)
  endif()
endif()
