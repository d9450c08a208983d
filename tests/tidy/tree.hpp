// The source tree as text, and the rules it is held to.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace yuanliu::tidy {

struct File {
    std::string path;  // below the root: "src/base/text.cpp"
    std::vector<std::string> lines;
    bool is_code() const { return path.ends_with(".cpp") || path.ends_with(".hpp"); }
    bool is_test() const { return path.starts_with("tests/") || path.find("/tests/") != std::string::npos; }
};

struct Rules {
    struct Header {
        std::string pattern;
        std::vector<std::string> files;
    };
    struct Ban {
        std::string word;
        std::vector<std::string> folders, except;
    };
    std::vector<std::vector<std::string>> floors;
    std::map<std::string, std::size_t> limits, counts;
    std::vector<Header> headers;
    std::vector<Ban> bans;
    std::vector<std::pair<std::string, std::string>> tables;
    std::vector<std::string> word_prefixes;
};

using Tree = std::vector<File>;
using Complaints = std::vector<std::string>;  // "file:line: what is wrong"

// Throws std::runtime_error with the line that is no rule.
Rules parse_rules(std::string_view text);
// Code, SQL, words and build files of src, tests, bench, tools and web. What is built or fetched is not ours.
Tree read_tree(const std::string& root);
File make_file(std::string path, std::string_view text);

// fnmatch(3): in `pattern` a * stands for anything within one folder.
bool matches(const std::string& pattern, const std::string& path);
// The library a file of src/ belongs to: "base", "platform/db", "modules/units", "app"; empty for others.
std::string library_of(std::string_view path);
// The DEPENDS of the library's CMakeLists.txt, as it writes them ("catalog").
std::vector<std::string> depends_of(const Tree& tree, const std::string& library);

Complaints check_floors(const Tree&, const Rules&);
Complaints check_headers(const Tree&, const Rules&);
Complaints check_sizes(const Tree&, const Rules&);
Complaints check_bans(const Tree&, const Rules&);
Complaints check_tables(const Tree&, const Rules&);
Complaints check_coroutines(const Tree&, const Rules&);
Complaints check_words(const Tree&, const Rules&);
Complaints check_migrations(const Tree&, const Rules&);

}  // namespace yuanliu::tidy
