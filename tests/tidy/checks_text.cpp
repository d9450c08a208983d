// Checks of what is written: SQL, coroutines, words, migrations.
#include <algorithm>
#include <map>
#include <optional>
#include <regex>
#include <set>

#include "scan.hpp"
#include "tree.hpp"

namespace yuanliu::tidy {
namespace {

std::string at(const File& file, std::size_t line, std::string_view what) {
    return file.path + ":" + std::to_string(line + 1) + ": " + std::string(what);
}

// The names that FROM, JOIN, INTO and UPDATE stand before, and those that WITH … AS makes.
struct SqlNames {
    std::vector<std::string> used;
    std::set<std::string> made;
};
SqlNames names_in(const std::string& sql) {
    // Not EXTRACT(… FROM now()), nor a name that is put together at run time.
    static const std::regex uses(
        R"(\b(?:(?:INTO|UPDATE)\s+([a-z_][a-z0-9_]*)|(?:FROM|JOIN)\s+([a-z_][a-z0-9_]*)(?![a-z0-9_({])))");
    static const std::regex makes(
        R"(\b([a-z_][a-z0-9_]*)\s*(?:\([a-z_, ]*\)\s*)?AS\s*(?:NOT\s+)?(?:MATERIALIZED\s*)?\()");
    SqlNames out;
    for (std::sregex_iterator i(sql.begin(), sql.end(), uses), end; i != end; ++i)
        out.used.push_back((*i)[1].matched ? (*i)[1] : (*i)[2]);
    for (std::sregex_iterator i(sql.begin(), sql.end(), makes), end; i != end; ++i) out.made.insert((*i)[1]);
    return out;
}

bool is_sql(const std::string& text) {
    for (const char* word : {"FROM ", "JOIN ", "INTO ", "UPDATE "})
        if (text.find(word) != std::string::npos) return true;
    return false;
}

// Those of one library, or of all below a folder that ends with a slash.
std::set<std::string> views_of(const Tree& tree, std::string_view library) {
    static const std::regex view(R"(CREATE VIEW (?:IF NOT EXISTS )?([a-z_0-9]+))");
    std::set<std::string> out;
    for (const auto& file : tree) {
        const auto owner = library_of(file.path);
        const bool wanted = library.ends_with('/') ? owner.starts_with(library) : owner == library;
        if (!wanted || !file.path.ends_with(".sql")) continue;
        for (const auto& line : file.lines)
            for (std::sregex_iterator i(line.begin(), line.end(), view), end; i != end; ++i) out.insert((*i)[1]);
    }
    return out;
}

// What is wrong with the operand of a co_await that begins at `from` of the code, if anything.
std::optional<std::string> bad_operand(const std::string& code, std::size_t from) {
    int depth = 0;
    for (std::size_t i = from; i < code.size(); ++i) {
        char c = code[i];
        char before = i > from ? code[i - 1] : ' ';
        bool after_name = std::isalnum(static_cast<unsigned char>(before)) || before == '_' || before == '>';
        if (c == '(')
            ++depth;
        else if (c == ')')
            --depth;
        if (depth < 0 || (c == ';' && depth == 0)) return {};
        if (c == '[' && !after_name && before != ')' && before != ']' && i + 1 < code.size() && code[i + 1] != ']')
            return "a lambda with captures inside a co_await";
        if (c == '{' && (depth > 0 || after_name)) return "an object made with braces inside a co_await";
        if (c == '{') return {};
    }
    return {};
}

struct Holes {
    std::set<std::string> names;
    bool closed = true;
};
Holes holes_of(std::string_view text) {
    Holes out;
    for (std::size_t open = text.find('{'); open != std::string_view::npos; open = text.find('{', open + 1)) {
        auto close = text.find('}', open);
        if (close == std::string_view::npos) return out.closed = false, out;
        out.names.insert(std::string(text.substr(open + 1, close - open - 1)));
    }
    return out;
}

std::vector<std::string> cells_of(const std::string& line) {
    std::vector<std::string> out(1);
    for (char c : line)
        if (c == '\t')
            out.emplace_back();
        else
            out.back() += c;
    return out;
}

// What is wrong with one line of words.tsv; empty when nothing is.
std::string word_problem(const std::vector<std::string>& cells, const Rules& rules) {
    if (cells.size() < 3 || cells.size() > 4) return "key, Chinese, English and perhaps an example, with tabs between";
    const std::string &key = cells[0], &zh = cells[1], &en = cells[2];
    const auto& prefixes = rules.word_prefixes;
    if (std::none_of(prefixes.begin(), prefixes.end(), [&](const auto& p) { return key.starts_with(p); }))
        return key + " is no kind of word";
    if (key.find(' ') != std::string::npos) return "a blank in the key";
    if (zh.empty() || en.empty()) return key + " lacks a language";
    for (const auto& cell : cells)
        if (!cell.empty() && (cell.front() == ' ' || cell.back() == ' ')) return key + " has blanks at an end";
    if (zh.find("！") != std::string::npos || zh.find('!') != std::string::npos || en.find('!') != std::string::npos)
        return key + " shouts";
    bool error = key.starts_with("error.");  // elsewhere braces are only braces
    if (error && (!holes_of(zh).closed || !holes_of(en).closed)) return key + " has an open brace";
    if (error && holes_of(zh).names != holes_of(en).names) return key + " has other {holes} in Chinese than in English";
    return {};
}

}  // namespace

Complaints check_tables(const Tree& tree, const Rules& rules) {
    Complaints out;
    for (const auto& file : tree) {
        auto library = library_of(file.path);
        if (library.empty() || library == "base" || !file.path.ends_with(".cpp") || file.is_test()) continue;
        std::set<std::string> views;
        for (const auto& other : depends_of(tree, library)) views.merge(views_of(tree, "modules/" + other));
        // What the floors below publish is for every module.
        if (library.starts_with("modules/")) views.merge(views_of(tree, "platform/"));
        auto prefix = library.substr(library.rfind('/') + 1) + "_";
        std::vector<std::pair<std::size_t, std::string>> used;
        std::set<std::string> made;
        for (const auto& literal : scan(file).literals) {
            if (!is_sql(literal.text)) continue;
            auto names = names_in(literal.text);
            for (auto& name : names.used) used.emplace_back(literal.line, name);
            made.merge(names.made);
        }
        for (const auto& [line, name] : used) {
            if (name.starts_with(prefix) || views.contains(name) || made.contains(name)) continue;
            bool known = std::any_of(rules.tables.begin(), rules.tables.end(), [&, &n = name](const auto& t) {
                return t.second == library && matches(t.first, n);
            });
            if (!known) out.push_back(at(file, line, library + " names " + name + ", which is not its own"));
        }
    }
    return out;
}

Complaints check_coroutines(const Tree& tree, const Rules&) {
    Complaints out;
    for (const auto& file : tree) {
        if (!file.is_code()) continue;
        if (std::none_of(file.lines.begin(), file.lines.end(),
                         [](const auto& l) { return l.find("co_await") != l.npos; }))
            continue;
        const Scan text = scan(file);
        for (auto found = text.code.find("co_await"); found != std::string::npos;
             found = text.code.find("co_await", found + 1))
            if (auto problem = bad_operand(text.code, found + 8))
                out.push_back(at(file, text.line_of(found), *problem));
    }
    return out;
}

Complaints check_words(const Tree& tree, const Rules& rules) {
    Complaints out;
    std::map<std::string, std::string> seen;
    for (const auto& file : tree) {
        if (!file.path.ends_with("words.tsv")) continue;
        for (std::size_t i = 0; i < file.lines.size(); ++i) {
            if (file.lines[i].empty() || file.lines[i].front() == '#') continue;
            auto cells = cells_of(file.lines[i]);
            if (auto problem = word_problem(cells, rules); !problem.empty()) out.push_back(at(file, i, problem));
            if (auto [first, fresh] = seen.emplace(cells[0], file.path); !fresh)
                out.push_back(at(file, i, cells[0] + " stands in " + first->second + " already"));
        }
    }
    return out;
}

Complaints check_migrations(const Tree& tree, const Rules&) {
    static const std::regex shape(R"(([0-9]{4})_[a-z0-9_]+\.sql)");
    Complaints out;
    std::map<std::string, int> last;  // by folder; the tree is sorted
    for (const auto& file : tree) {
        auto slash = file.path.rfind('/');
        auto folder = file.path.substr(0, slash), name = file.path.substr(slash + 1);
        if (!file.path.starts_with("src/") || !folder.ends_with("/migrations") || !name.ends_with(".sql")) continue;
        std::smatch parts;
        if (!std::regex_match(name, parts, shape)) {
            out.push_back(file.path + ": expected NNNN_name.sql");
            continue;
        }
        int wanted = ++last[folder];
        if (std::stoi(parts[1]) != wanted) out.push_back(file.path + ": the next number is " + std::to_string(wanted));
    }
    return out;
}

}  // namespace yuanliu::tidy
