# IBM Z, whose numbers begin with the highest byte, under Linux: Debian's gcc, its programs under qemu-user.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR s390x)
set(CMAKE_C_COMPILER s390x-linux-gnu-gcc)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-s390x -L /usr/s390x-linux-gnu)
set(matgrad_root /usr/s390x-linux-gnu)
include(${CMAKE_CURRENT_LIST_DIR}/find.cmake)
