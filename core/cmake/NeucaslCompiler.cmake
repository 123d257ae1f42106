# Compiler settings of everything in this tree. Nothing of it leaks to users of the package but the
# language standard.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# Most code is not worth the compile time of -O3; files with inner loops take these options.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
set(NEUCASL_FAST_OPTIONS "$<$<CONFIG:Release>:-O3>")

# Several sources in one compiler run take less than half the time, since headers are read once: of
# tests eight neighbours, of the library and the plugins a folder. Sources with options of their own
# stand alone. Off for work on single files.
set(CMAKE_UNITY_BUILD ${NEUCASL_UNITY})
set(CMAKE_UNITY_BUILD_BATCH_SIZE 8)

add_library(neucasl_warnings INTERFACE)
target_compile_options(neucasl_warnings INTERFACE -Wall -Wextra -Wpedantic -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # False alarms of GCC 12: in Eigen's AVX-512 kernels, in string concatenation (PR 105651) and in
  # moved vectors.
  target_compile_options(neucasl_warnings INTERFACE -Wno-maybe-uninitialized -Wno-restrict
                                                    -Wno-free-nonheap-object -Wno-stringop-overflow)
endif()

if(NEUCASL_NATIVE)
  add_compile_options(-march=native)
endif()
if(NEUCASL_SANITIZE)
  add_compile_options(-fsanitize=${NEUCASL_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${NEUCASL_SANITIZE})
endif()
if(NEUCASL_STATIC_PLUGINS)
  add_compile_definitions(NEUCASL_STATIC)
endif()
