# Files inside the binary, by the assembler's .incbin: a megabyte costs milliseconds and no compiler parses it.
#   yl_embed_assets   embed/assets.hpp: what web/ builds; see web/README.md
#   yl_embed_texts    embed/texts.hpp: the words.tsv and migrations/*.sql that yuanliu_library found
# Both are linked by name from anywhere; the texts are gathered after the last folder has spoken.
include_guard(GLOBAL)
option(YL_WEB "Embed the web parts; OFF leaves the table of assets empty, for quick builds without Node" ON)

function(yuanliu_embed_assets)
    set(folder ${CMAKE_BINARY_DIR}/embed)
    # file(CONFIGURE) leaves a file alone that holds this text already, so configuring again rebuilds nothing.
    file(CONFIGURE OUTPUT ${folder}/include/embed/assets.hpp CONTENT [[
#pragma once
#include <span>

#include "platform/http/assets.hpp"

namespace yuanliu::http {
// Every page and file of the web parts, sorted by path; empty in a build without them.
std::span<const Asset> embedded_assets();
}  // namespace yuanliu::http
]] @ONLY)
    if(YL_WEB)
        add_custom_command(
            OUTPUT ${folder}/assets.S ${folder}/assets.cpp
            COMMAND ${CMAKE_SOURCE_DIR}/tools/web --embed ${folder}
            DEPENDS ${CMAKE_SOURCE_DIR}/tools/web
            DEPFILE ${folder}/assets.d
            COMMENT "Building the web parts"
            VERBATIM)
        add_library(yl_embed_assets STATIC ${folder}/assets.S ${folder}/assets.cpp)
    else()
        file(CONFIGURE OUTPUT ${folder}/no_assets.cpp CONTENT [[
#include "embed/assets.hpp"

namespace yuanliu::http {
std::span<const Asset> embedded_assets() { return {}; }
}  // namespace yuanliu::http
]] @ONLY)
        add_library(yl_embed_assets STATIC ${folder}/no_assets.cpp)
    endif()
    target_include_directories(yl_embed_assets PUBLIC ${folder}/include ${CMAKE_SOURCE_DIR}/src)
endfunction()

# Adds one file to the variables `assembly`, `externs` and the list of rows named by `rows`.
macro(_yuanliu_embed_text rows module file)
    get_filename_component(name ${file} NAME)
    string(APPEND assembly ".global yl_text_${count}\n.global yl_text_${count}_end\n"
                           "yl_text_${count}:\n.incbin \"${file}\"\nyl_text_${count}_end: .byte 0\n")
    string(APPEND externs "extern const char yl_text_${count}[], yl_text_${count}_end[];\n")
    string(APPEND ${rows}
           "        text(\"${module}\", \"${name}\", yl_text_${count}, yl_text_${count}_end),\n")
    list(APPEND files ${file})
    math(EXPR count "${count} + 1")
endmacro()

function(_yuanliu_embed_table out function rows)
    if(rows)
        set(${out} "std::span<const EmbeddedText> ${function}() {\n    static const EmbeddedText table[] = {\n${rows}    };
    return table;\n}\n" PARENT_SCOPE)
    else()
        set(${out} "std::span<const EmbeddedText> ${function}() { return {}; }\n" PARENT_SCOPE)
    endif()
endfunction()

function(yuanliu_embed_texts)
    set(folder ${CMAKE_BINARY_DIR}/embed)
    set(count 0)
    set(files "")
    set(words "")
    set(migrations "")
    set(externs "")
    set(assembly ".section .rodata\n")
    get_property(paths GLOBAL PROPERTY YL_WORDS)
    foreach(file ${paths})
        get_filename_component(module ${file} DIRECTORY)
        get_filename_component(module ${module} NAME)
        _yuanliu_embed_text(words ${module} ${file})
    endforeach()
    get_property(pairs GLOBAL PROPERTY YL_MIGRATIONS)
    foreach(pair ${pairs})
        string(FIND ${pair} "|" bar)
        string(SUBSTRING ${pair} 0 ${bar} module)
        math(EXPR bar "${bar} + 1")
        string(SUBSTRING ${pair} ${bar} -1 file)
        _yuanliu_embed_text(migrations ${module} ${file})
    endforeach()
    string(APPEND assembly ".section .note.GNU-stack,\"\",%progbits\n")
    _yuanliu_embed_table(words_table embedded_words "${words}")
    _yuanliu_embed_table(migrations_table embedded_migrations "${migrations}")
    set(maker "")
    if(files)
        set(maker "
static EmbeddedText text(std::string_view module, std::string_view name, const char* begin, const char* end) {
    return {module, name, {begin, static_cast<std::size_t>(end - begin)}};
}
")
    endif()

    file(CONFIGURE OUTPUT ${folder}/include/embed/texts.hpp CONTENT [[
#pragma once
#include <span>
#include <string_view>

namespace yuanliu {
// A file of the source tree inside the binary. The views live as long as the program.
struct EmbeddedText {
    std::string_view module;  // the library it belongs to, e.g. "repair"
    std::string_view name;    // the file's own name, e.g. "0001_ticket.sql"
    std::string_view text;
};

// Every words.tsv, in the order in which CMake met the libraries.
std::span<const EmbeddedText> embedded_words();

// Every migration: libraries in the order in which CMake met them, within each by file name.
std::span<const EmbeddedText> embedded_migrations();
}  // namespace yuanliu
]] @ONLY)
    file(CONFIGURE OUTPUT ${folder}/texts.S CONTENT "${assembly}" @ONLY)
    file(CONFIGURE OUTPUT ${folder}/texts.cpp CONTENT "#include \"embed/texts.hpp\"

#include <cstddef>

extern \"C\" {
${externs}}

namespace yuanliu {${maker}
${words_table}
${migrations_table}}  // namespace yuanliu
" @ONLY)
    set_source_files_properties(${folder}/texts.S PROPERTIES OBJECT_DEPENDS "${files}")
    add_library(yl_embed_texts STATIC ${folder}/texts.S ${folder}/texts.cpp)
    target_include_directories(yl_embed_texts PUBLIC ${folder}/include)
endfunction()

yuanliu_embed_assets()
cmake_language(DEFER CALL yuanliu_embed_texts)
