# Libraries that only add: each is used where it is found. Every one found is a
# definition MATGRAD_HAVE_NAME and a line in MATGRAD_LIBRARIES; the last two
# lists tell install.cmake how whoever links the static library finds it.
set(MATGRAD_LIBRARIES)
set(MATGRAD_DEFINITIONS)
set(MATGRAD_PACKAGES) # targets of CMake's find_package
set(MATGRAD_PLAIN_LIBRARIES) # what the linker alone knows

# The library `name` with the first header of those named, which has no package
# for CMake, as the target matgrad::name.
function(matgrad_find name)
    string(TOUPPER ${name} upper)
    find_path(MATGRAD_${upper}_INCLUDE NAMES ${ARGN})
    find_library(MATGRAD_${upper}_LIBRARY ${name})
    mark_as_advanced(MATGRAD_${upper}_INCLUDE MATGRAD_${upper}_LIBRARY)
    if(MATGRAD_${upper}_INCLUDE AND MATGRAD_${upper}_LIBRARY)
        add_library(matgrad::${name} UNKNOWN IMPORTED)
        set_target_properties(matgrad::${name} PROPERTIES
            IMPORTED_LOCATION ${MATGRAD_${upper}_LIBRARY})
        set(MATGRAD_LIBRARIES ${MATGRAD_LIBRARIES} matgrad::${name}
            PARENT_SCOPE)
        set(MATGRAD_PLAIN_LIBRARIES ${MATGRAD_PLAIN_LIBRARIES} ${name}
            PARENT_SCOPE)
    endif()
endfunction()

if(NOT MSVC)
    list(APPEND MATGRAD_LIBRARIES m)
endif()

if(MATGRAD_THREADS)
    set(THREADS_PREFER_PTHREAD_FLAG ON)
    find_package(Threads)
    if(CMAKE_USE_PTHREADS_INIT)
        list(APPEND MATGRAD_DEFINITIONS MATGRAD_HAVE_THREADS)
        list(APPEND MATGRAD_LIBRARIES Threads::Threads)
        list(APPEND MATGRAD_PACKAGES Threads::Threads)
    endif()
endif()

if(MATGRAD_ONEDNN AND NOT MATGRAD_MINIMAL)
    matgrad_find(dnnl dnnl.h oneapi/dnnl/dnnl.h)
    if(TARGET matgrad::dnnl)
        set(MATGRAD_HAVE_ONEDNN ON)
        list(APPEND MATGRAD_DEFINITIONS MATGRAD_HAVE_ONEDNN)
        # oneDNN brings OpenMP along; this tells it to leave threads to us.
        find_package(OpenMP COMPONENTS C)
        if(OpenMP_C_FOUND)
            list(APPEND MATGRAD_LIBRARIES OpenMP::OpenMP_C)
            list(APPEND MATGRAD_PACKAGES OpenMP::OpenMP_C)
        endif()
    endif()
endif()

if(NOT MATGRAD_MINIMAL)
    find_package(ZLIB)
    if(ZLIB_FOUND)
        list(APPEND MATGRAD_DEFINITIONS MATGRAD_HAVE_ZLIB)
        list(APPEND MATGRAD_LIBRARIES ZLIB::ZLIB)
        list(APPEND MATGRAD_PACKAGES ZLIB::ZLIB)
    endif()
    matgrad_find(jansson jansson.h)
    if(TARGET matgrad::jansson)
        list(APPEND MATGRAD_DEFINITIONS MATGRAD_HAVE_JANSSON)
    endif()
    matgrad_find(zip zip.h)
    if(TARGET matgrad::zip)
        list(APPEND MATGRAD_DEFINITIONS MATGRAD_HAVE_LIBZIP)
    endif()
endif()

# The instruction sets that kernels/vector is compiled for. `plain` is what all
# processors of the kind have: SSE2, or NEON on 64-bit ARM.
include(CheckCCompilerFlag)
set(MATGRAD_ISAS plain)
set(MATGRAD_FLAGS_plain)
set(MATGRAD_FLAGS_avx2 -mavx2 -mfma -mprfchw)
set(MATGRAD_FLAGS_avx512 -mavx512f -mavx512dq -mavx512vl -mavx512bw -mfma
    -mprfchw -mprefer-vector-width=512)
if(MINGW)
    # gcc does not align the stack for wide vectors there: no instruction may
    # count on it.
    list(APPEND MATGRAD_FLAGS_avx2 -Wa,-muse-unaligned-vector-move)
    list(APPEND MATGRAD_FLAGS_avx512 -Wa,-muse-unaligned-vector-move)
endif()
if(MATGRAD_WIDE_VECTORS AND
   CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
    set(wide avx2)
    if(MATGRAD_AVX512)
        list(APPEND wide avx512)
    endif()
    foreach(isa IN LISTS wide)
        string(TOUPPER ${isa} upper)
        list(JOIN MATGRAD_FLAGS_${isa} " " flags)
        check_c_compiler_flag("${flags}" MATGRAD_COMPILES_${upper})
        if(MATGRAD_COMPILES_${upper})
            list(APPEND MATGRAD_ISAS ${isa})
            list(APPEND MATGRAD_DEFINITIONS MATGRAD_HAVE_${upper})
        endif()
    endforeach()
endif()
if(NOT MATGRAD_FUSION)
    list(APPEND MATGRAD_DEFINITIONS MATGRAD_WITHOUT_FUSION)
endif()
