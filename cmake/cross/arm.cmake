# 32-bit ARM, under Linux: Debian's gcc, its programs under qemu-user.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR arm)
set(CMAKE_C_COMPILER arm-linux-gnueabihf-gcc)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-arm -L /usr/arm-linux-gnueabihf)
set(matgrad_root /usr/arm-linux-gnueabihf)
include(${CMAKE_CURRENT_LIST_DIR}/find.cmake)
