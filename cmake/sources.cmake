# Which files make up the library: those of the folders, found by their place.
set(MATGRAD_CORE_FOLDERS base tensor graph ops formula derive optimise kernels
    run)
set(MATGRAD_FOLDERS ${MATGRAD_CORE_FOLDERS})
if(NOT MATGRAD_MINIMAL)
    list(APPEND MATGRAD_FOLDERS data train explain export)
endif()

set(MATGRAD_SOURCES)
foreach(folder IN LISTS MATGRAD_FOLDERS)
    file(GLOB found CONFIGURE_DEPENDS
         ${PROJECT_SOURCE_DIR}/src/${folder}/*.c
         ${PROJECT_SOURCE_DIR}/src/${folder}/*/*.c)
    list(APPEND MATGRAD_SOURCES ${found})
endforeach()

# Two folders are built in ways of their own.
set(MATGRAD_VECTOR_SOURCES ${MATGRAD_SOURCES})
list(FILTER MATGRAD_VECTOR_SOURCES INCLUDE REGEX "/kernels/vector/")
set(MATGRAD_ONEDNN_SOURCES ${MATGRAD_SOURCES})
list(FILTER MATGRAD_ONEDNN_SOURCES INCLUDE REGEX "/kernels/onednn/")
list(FILTER MATGRAD_SOURCES EXCLUDE REGEX "/kernels/(vector|onednn)/")
