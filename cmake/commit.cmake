# The commit that the program is built from, for `nearsym doctor --report`: commit.h, made anew when HEAD moves. Without git,
# or outside a checkout, there is none.
find_package(Git QUIET)
set(commit_log)
if(GIT_FOUND)
  execute_process(COMMAND ${GIT_EXECUTABLE} rev-parse --git-path logs/HEAD WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
      RESULT_VARIABLE commit_failed OUTPUT_VARIABLE commit_log OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  get_filename_component(commit_log "${commit_log}" ABSOLUTE BASE_DIR ${PROJECT_SOURCE_DIR})
endif()
if(GIT_FOUND AND NOT commit_failed AND EXISTS ${PROJECT_SOURCE_DIR}/.git AND EXISTS "${commit_log}")
  set(commit_folder ${PROJECT_BINARY_DIR}/generated/cli)
  file(MAKE_DIRECTORY ${commit_folder})
  add_custom_command(OUTPUT ${commit_folder}/commit.h
      COMMAND ${GIT_EXECUTABLE} log -1 "--format=#define NSYM_COMMIT \"%h\"" > ${commit_folder}/commit.h
      DEPENDS "${commit_log}" WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} VERBATIM)
  set_source_files_properties(cli/cmd_doctor.c PROPERTIES COMPILE_OPTIONS "-include;${commit_folder}/commit.h"
      OBJECT_DEPENDS ${commit_folder}/commit.h)
endif()
