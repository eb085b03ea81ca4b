# Windows on x86-64: Debian's mingw-w64, its programs under wine.
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR AMD64)
set(CMAKE_C_COMPILER x86_64-w64-mingw32-gcc)
set(CMAKE_RC_COMPILER x86_64-w64-mingw32-windres)
set(CMAKE_CROSSCOMPILING_EMULATOR env WINEPREFIX=${CMAKE_BINARY_DIR}/wine
    WINEDEBUG=-all wine)
# Programs bring along what of gcc they need.
set(CMAKE_EXE_LINKER_FLAGS_INIT -static)
set(matgrad_root /usr/x86_64-w64-mingw32)
include(${CMAKE_CURRENT_LIST_DIR}/find.cmake)
