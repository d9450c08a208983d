# Compiler, linker and cache settings shared by every target.
find_program(CCACHE ccache)
if(CCACHE)
    # pch_defines,time_macros make precompiled headers cacheable; base_dir lets two checkouts share one cache.
    set(CMAKE_CXX_COMPILER_LAUNCHER
        ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}
        CCACHE_NOHASHDIR=1 ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
    add_link_options(-fuse-ld=mold)
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wno-missing-field-initializers -Wno-pedantic
                    -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)
if(YL_SANITIZE)
    add_compile_options(-fsanitize=${YL_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all -O1 -g1)
    add_link_options(-fsanitize=${YL_SANITIZE})
    # GCC 12 sees overflows that are not there once the sanitizers have rewritten a function.
    add_compile_options(-Wno-maybe-uninitialized -Wno-stringop-overflow)
elseif(CMAKE_BUILD_TYPE STREQUAL "Debug")
    add_compile_options(-O0 -g1)
else()
    # The OpenSSF hardening set (GCC 12). LTO is left off: it costs minutes on two cores and gains under 2 %.
    set(CMAKE_POSITION_INDEPENDENT_CODE ON)
    add_compile_options(-g1 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -D_GLIBCXX_ASSERTIONS -fstack-protector-strong
                        -fstack-clash-protection -fcf-protection)
    add_link_options(-pie -Wl,-z,relro,-z,now,-z,noexecstack)
endif()
