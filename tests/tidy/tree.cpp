#include "tree.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace yuanliu::tidy {
namespace {

std::vector<std::string> words_of(std::string_view line) {
    std::istringstream in{std::string(line)};
    std::vector<std::string> out;
    for (std::string word; in >> word;) out.push_back(word);
    return out;
}

void add_rule(Rules& rules, const std::vector<std::string>& words) {
    const std::string& kind = words[0];
    auto rest = [&](std::size_t from) {
        return std::vector<std::string>(words.begin() + std::ptrdiff_t(from), words.end());
    };
    if (kind == "floor" && words.size() > 1) return rules.floors.push_back(rest(1));
    if (kind == "word" && words.size() > 1) return void(rules.word_prefixes = rest(1));
    if (words.size() < 3) throw std::runtime_error("too short");
    if (kind == "limit")
        rules.limits[words[1]] = std::stoul(words[2]);
    else if (kind == "count")
        rules.counts[words[1]] = std::stoul(words[2]);
    else if (kind == "header")
        rules.headers.push_back({words[1], rest(2)});
    else if (kind == "table")
        rules.tables.emplace_back(words[1], words[2]);
    else if (kind == "ban") {
        Rules::Ban ban{words[1], {}, {}};
        for (const auto& word : rest(2))
            word.starts_with('!') ? ban.except.push_back(word.substr(1)) : ban.folders.push_back(word);
        rules.bans.push_back(std::move(ban));
    } else {
        throw std::runtime_error("unknown kind");
    }
}

bool is_ours(const std::filesystem::path& path) {
    static const std::vector<std::string> kinds{".cpp", ".hpp", ".sql", ".tsv", ".cmake", ".mjs",
                                                ".js",  ".ts",  ".vue", ".css", ".html",  ".sh"};
    return path.filename() == "CMakeLists.txt" ||
           std::find(kinds.begin(), kinds.end(), path.extension()) != kinds.end();
}

}  // namespace

Rules parse_rules(std::string_view text) {
    Rules rules;
    std::istringstream in{std::string(text)};
    for (std::string line; std::getline(in, line);) {
        auto words = words_of(line);
        if (words.empty() || words[0].starts_with('#')) continue;
        try {
            add_rule(rules, words);
        } catch (const std::exception& e) {
            throw std::runtime_error("not a rule (" + std::string(e.what()) + "): " + line);
        }
    }
    return rules;
}

File make_file(std::string path, std::string_view text) {
    File file{std::move(path), {}};
    while (!text.empty()) {
        auto line = text.substr(0, text.find('\n'));
        file.lines.emplace_back(line);
        text.remove_prefix(std::min(text.size(), line.size() + 1));
    }
    return file;
}

Tree read_tree(const std::string& root) {
    namespace fs = std::filesystem;
    Tree tree;
    for (const char* top : {"src", "tests", "bench", "tools", "web"}) {
        fs::recursive_directory_iterator walk(fs::path(root) / top);
        for (const auto& entry : walk) {
            auto name = entry.path().filename().string();
            if (entry.is_directory() && (name == "node_modules" || name == "build" || name == "dist"))
                walk.disable_recursion_pending();
            if (!entry.is_regular_file() || !is_ours(entry.path())) continue;
            std::ifstream in(entry.path(), std::ios::binary);
            std::string text{std::istreambuf_iterator<char>(in), {}};
            tree.push_back(make_file(fs::relative(entry.path(), root).generic_string(), text));
        }
    }
    std::sort(tree.begin(), tree.end(), [](const File& a, const File& b) { return a.path < b.path; });
    return tree;
}

bool matches(const std::string& pattern, const std::string& path) {
    return ::fnmatch(pattern.c_str(), path.c_str(), FNM_PATHNAME) == 0;
}

std::string library_of(std::string_view path) {
    if (!path.starts_with("src/")) return {};
    path.remove_prefix(4);
    auto slash = path.find('/');
    auto top = path.substr(0, slash);
    if (slash == std::string_view::npos || top == "base" || top == "app") return std::string(top);
    return std::string(path.substr(0, path.find('/', slash + 1)));
}

std::vector<std::string> depends_of(const Tree& tree, const std::string& library) {
    std::vector<std::string> out;
    for (const auto& file : tree) {
        if (file.path != "src/" + library + "/CMakeLists.txt") continue;
        std::string text;
        for (const auto& line : file.lines) text += line + " ";
        std::replace(text.begin(), text.end(), ')', ' ');
        bool inside = false;
        for (const auto& word : words_of(text)) {
            bool keyword = word == "DEPENDS" || word == "LIBS" || word == "HEAVY" || word == "TEST_LIBS" ||
                           word.find('(') != std::string::npos;
            if (keyword)
                inside = word == "DEPENDS";
            else if (inside)
                out.push_back(word);
        }
    }
    return out;
}

}  // namespace yuanliu::tidy
