# 64-bit ARM, under Linux: Debian's gcc, its programs under qemu-user.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64 -L /usr/aarch64-linux-gnu)
set(matgrad_root /usr/aarch64-linux-gnu)
include(${CMAKE_CURRENT_LIST_DIR}/find.cmake)
