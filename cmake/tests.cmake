# Each tests/FOLDER/test_NAME.c is one cmocka program, run twice: as it is, and
# under a locale whose decimal sign is a comma. Each tests/FOLDER/test_NAME.sh
# runs with $MATGRAD, the executable, and $MATGRAD_SOURCE_DIR; exit 77 skips.
include(CTest)
find_path(MATGRAD_CMOCKA_INCLUDE cmocka.h)
find_library(MATGRAD_CMOCKA_LIBRARY cmocka)
mark_as_advanced(MATGRAD_CMOCKA_INCLUDE MATGRAD_CMOCKA_LIBRARY)
# Some tests have threads of their own, whatever the library has.
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

# The locale is made inside the build folder, which needs no rights.
set(MATGRAD_LOCALES ${PROJECT_BINARY_DIR}/locale)
if(NOT EXISTS ${MATGRAD_LOCALES}/de_DE.UTF-8/LC_NUMERIC)
    file(MAKE_DIRECTORY ${MATGRAD_LOCALES})
    set(order --little-endian)
    if(CMAKE_C_BYTE_ORDER STREQUAL BIG_ENDIAN)
        set(order --big-endian)
    endif()
    execute_process(COMMAND localedef ${order} -i de_DE -f UTF-8
                            ${MATGRAD_LOCALES}/de_DE.UTF-8
                    OUTPUT_QUIET ERROR_QUIET)
endif()
if(EXISTS ${MATGRAD_LOCALES}/de_DE.UTF-8/LC_NUMERIC)
    set(MATGRAD_COMMA ON)
else()
    message(WARNING "no comma locale (package locales): half the tests are "
                    "left out")
endif()

# Tests run side by side: one thread each unless a test asks for more.
set(MATGRAD_TEST_THREADS "OMP_NUM_THREADS=1")

function(matgrad_add_c_test file)
    cmake_path(RELATIVE_PATH file BASE_DIRECTORY ${PROJECT_SOURCE_DIR}/tests
               OUTPUT_VARIABLE path)
    cmake_path(REMOVE_EXTENSION path OUTPUT_VARIABLE name)
    string(REPLACE "/" "_" target "tests_${name}")
    add_executable(${target} ${file} $<TARGET_OBJECTS:matgrad_test_locale>)
    set_target_properties(${target} PROPERTIES
        RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
    target_link_libraries(${target} PRIVATE matgrad_test_settings
                          matgrad_test_support)
    set(command ${target})
    if(MATGRAD_SANITIZE)
        # Sanitised frames are several times as large.
        set(command sh -c "ulimit -s 65536 && exec $<TARGET_FILE:${target}>")
    endif()
    add_test(NAME ${name} COMMAND ${command})
    set_tests_properties(${name} PROPERTIES TIMEOUT 300
        ENVIRONMENT "${MATGRAD_TEST_THREADS}")
    if(MATGRAD_COMMA)
        add_test(NAME ${name}_comma COMMAND ${command})
        set_tests_properties(${name}_comma PROPERTIES TIMEOUT 300 ENVIRONMENT
            "LOCPATH=${MATGRAD_LOCALES};LC_ALL=de_DE.UTF-8;${MATGRAD_TEST_THREADS}")
    endif()
endfunction()

function(matgrad_add_script_test file)
    cmake_path(RELATIVE_PATH file BASE_DIRECTORY ${PROJECT_SOURCE_DIR}/tests
               OUTPUT_VARIABLE path)
    cmake_path(REMOVE_EXTENSION path OUTPUT_VARIABLE name)
    if(TARGET matgrad)
        set(executable $<TARGET_FILE:matgrad>)
    elseif(NOT path MATCHES "^tools/")
        return()
    endif()
    add_test(NAME ${name} COMMAND bash ${file})
    set(environment MATGRAD=${executable}
        MATGRAD_SOURCE_DIR=${PROJECT_SOURCE_DIR}
        MATGRAD_BUILD_DIR=${PROJECT_BINARY_DIR}
        MATGRAD_SANITIZE=${MATGRAD_SANITIZE} CC=${CMAKE_C_COMPILER} ${MATGRAD_TEST_THREADS})
    set_tests_properties(${name} PROPERTIES TIMEOUT 300
        SKIP_RETURN_CODE 77 ENVIRONMENT "${environment}")
endfunction()

set(MATGRAD_TESTED tools)
if(MATGRAD_MINIMAL)
    list(APPEND MATGRAD_TESTED ${MATGRAD_CORE_FOLDERS})
else()
    list(APPEND MATGRAD_TESTED "[^/]+")
endif()
list(JOIN MATGRAD_TESTED "|" MATGRAD_TESTED)

if(MATGRAD_CMOCKA_INCLUDE AND MATGRAD_CMOCKA_LIBRARY)
    add_library(matgrad_test_settings INTERFACE)
    target_include_directories(matgrad_test_settings INTERFACE
        ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}
        ${PROJECT_SOURCE_DIR}/tests)
    target_include_directories(matgrad_test_settings SYSTEM INTERFACE
        ${MATGRAD_CMOCKA_INCLUDE})
    target_compile_definitions(matgrad_test_settings INTERFACE
        ${MATGRAD_DEFINITIONS} MATGRAD_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    target_compile_options(matgrad_test_settings INTERFACE -ffp-contract=off)
    target_link_libraries(matgrad_test_settings INTERFACE matgrad_static
        ${MATGRAD_CMOCKA_LIBRARY} Threads::Threads)

    file(GLOB support CONFIGURE_DEPENDS
         ${PROJECT_SOURCE_DIR}/tests/support/*.c)
    if(WIN32)
        list(FILTER support EXCLUDE REGEX "/folder\\.c$")
    endif()
    add_library(matgrad_test_support STATIC ${support})
    target_link_libraries(matgrad_test_support PRIVATE matgrad_test_settings)
    # An object, because an archive would leave its constructor out.
    add_library(matgrad_test_locale OBJECT
                ${PROJECT_SOURCE_DIR}/tests/support/locale.c)

    file(GLOB tests CONFIGURE_DEPENDS
         ${PROJECT_SOURCE_DIR}/tests/*/test_*.c
         ${PROJECT_SOURCE_DIR}/tests/*/*/test_*.c)
    list(FILTER tests INCLUDE REGEX "/tests/(${MATGRAD_TESTED})/")
    if(NOT MATGRAD_HAVE_ONEDNN)
        list(FILTER tests EXCLUDE REGEX "/kernels/onednn/")
    endif()
    foreach(test IN LISTS tests)
        matgrad_add_c_test(${test})
    endforeach()
else()
    message(STATUS "cmocka is missing: no C tests")
endif()

# The C examples too, so that sanitisers see what a program does.
if(NOT MATGRAD_MINIMAL AND UNIX)
    foreach(example lecture train serve stream hooks)
        add_executable(example_${example}
                       ${PROJECT_SOURCE_DIR}/examples/c/${example}.c)
        set_target_properties(example_${example} PROPERTIES
            RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
        target_link_libraries(example_${example} PRIVATE matgrad_static)
        add_test(NAME api/example_${example}
                 COMMAND example_${example}
                 WORKING_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
        set_tests_properties(api/example_${example} PROPERTIES TIMEOUT 300
            ENVIRONMENT "${MATGRAD_TEST_THREADS}")
    endforeach()
endif()

file(GLOB tests CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/*/test_*.sh)
list(FILTER tests INCLUDE REGEX "/tests/(${MATGRAD_TESTED})/")
foreach(test IN LISTS tests)
    matgrad_add_script_test(${test})
endforeach()
