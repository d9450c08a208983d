// Checks of the build: who may include what, and how long things may be.
#include <algorithm>
#include <functional>
#include <optional>
#include <set>

#include "tree.hpp"

namespace yuanliu::tidy {
namespace {

std::string at(const File& file, std::size_t line, std::string_view what) {
    return file.path + ":" + std::to_string(line + 1) + ": " + std::string(what);
}

// What the line includes, if it does.
std::optional<std::string> included(std::string_view line) {
    if (!line.starts_with("#include ") || line.size() < 11) return {};
    auto end = line.find_first_of("\">", 10);
    return end == std::string_view::npos ? std::nullopt : std::optional(std::string(line.substr(10, end - 10)));
}

void each_include(const File& file, const std::function<void(std::size_t, const std::string&)>& use) {
    for (std::size_t i = 0; i < file.lines.size(); ++i)
        if (auto header = included(file.lines[i])) use(i, *header);
}

// The floor of a library; -1 when it stands on none.
int floor_of(const Rules& rules, const std::string& library) {
    for (std::size_t i = 0; i < rules.floors.size(); ++i)
        for (const auto& pattern : rules.floors[i])
            if (matches(pattern, library)) return int(i);
    return -1;
}

std::string short_name(const std::string& library) { return library.substr(library.rfind('/') + 1); }

std::size_t columns(std::string_view line) {
    return std::size_t(std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

// Whether the word stands in the line by itself. One that ends in _ is the beginning of a name.
bool has_word(std::string_view line, std::string_view word) {
    auto part_of_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; };
    for (auto at = line.find(word); at != std::string_view::npos; at = line.find(word, at + 1)) {
        auto next = at + word.size();
        bool begins = at == 0 || !part_of_word(line[at - 1]);
        if (begins && (word.back() == '_' || next == line.size() || !part_of_word(line[next]))) return true;
    }
    return false;
}

// A function stands between a line at this indent and the `}` that closes it there. Types close with `};`, namespaces
// after a function that has closed already, so neither is taken for one. Deeper down, only members of types are
// functions.
void check_functions(const File& file, std::size_t indent, std::size_t limit, Complaints& out) {
    constexpr std::size_t none = std::size_t(-1);
    std::size_t start = none;
    bool in_type = false;
    const std::string margin(indent, ' ');
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
        const std::string& line = file.lines[i];
        if (!line.empty() && std::isalpha(static_cast<unsigned char>(line[0])))
            in_type = line.starts_with("class ") || line.starts_with("struct ");
        if (line.size() <= indent || !line.starts_with(margin) || line[indent] == ' ') continue;
        char first = line[indent];
        if (first == '#' || first == '/' || first == ')') continue;
        if (first != '}') {
            start = i;
            continue;
        }
        if (start != none && line == margin + "}" && i - start + 1 > limit && (indent == 0 || in_type))
            out.push_back(at(file, start, "a function of " + std::to_string(i - start + 1) + " lines"));
        start = none;
    }
}

// Finds a circle among the libraries' DEPENDS and names it.
class Circles {
 public:
    explicit Circles(const std::map<std::string, std::vector<std::string>>& edges) : edges_(edges) {}
    Complaints find() {
        for (const auto& [name, depends] : edges_) visit(name);
        return out_;
    }

 private:
    void visit(const std::string& name) {
        if (done_.contains(name)) return;
        if (auto found = std::find(way_.begin(), way_.end(), name); found != way_.end()) {
            std::string text = "a circle of DEPENDS:";
            for (; found != way_.end(); ++found) text += " " + *found;
            out_.push_back(text);
            return;
        }
        way_.push_back(name);
        if (auto depends = edges_.find(name); depends != edges_.end())
            for (const auto& next : depends->second) visit(next);
        way_.pop_back();
        done_.insert(name);
    }
    const std::map<std::string, std::vector<std::string>>& edges_;
    std::vector<std::string> way_;
    std::set<std::string> done_;
    Complaints out_;
};

}  // namespace

Complaints check_floors(const Tree& tree, const Rules& rules) {
    Complaints out;
    std::map<std::string, std::vector<std::string>> depends;  // by the library's short name
    for (const auto& file : tree)
        if (auto library = library_of(file.path); !library.empty() && !depends.contains(short_name(library)))
            depends[short_name(library)] = depends_of(tree, library);
    for (const auto& file : tree) {
        auto library = library_of(file.path);
        if (library.empty() || !file.is_code() || file.is_test()) continue;
        int floor = floor_of(rules, library);
        if (floor < 0) {
            out.push_back(file.path + ": " + library + " stands on no floor");
            continue;
        }
        each_include(file, [&](std::size_t line, const std::string& header) {
            auto other = library_of("src/" + header);
            int below = other.empty() || header.find('/') == std::string::npos ? -1 : floor_of(rules, other);
            if (below < 0 || other == library || below < floor) return;
            const auto& mine = depends[short_name(library)];
            if (below > floor)
                out.push_back(at(file, line, library + " must not include " + header + ", which stands above it"));
            else if (library != "app" && std::find(mine.begin(), mine.end(), short_name(other)) == mine.end())
                out.push_back(at(
                    file, line, library + " includes " + header + " without " + short_name(other) + " in its DEPENDS"));
        });
    }
    for (auto& circle : Circles(depends).find()) out.push_back(std::move(circle));
    return out;
}

Complaints check_headers(const Tree& tree, const Rules& rules) {
    Complaints out;
    std::map<std::string, std::set<std::string>> users;
    // A * of a header's pattern reaches into its folders: boost/asio* is boost/asio/post.hpp too.
    auto within = [](const std::string& pattern, const std::string& header) {
        return pattern.ends_with('*') ? header.starts_with(pattern.substr(0, pattern.size() - 1)) : header == pattern;
    };
    for (const auto& file : tree) {
        if (!file.path.starts_with("src/") || !file.is_code()) continue;
        each_include(file, [&](std::size_t line, const std::string& header) {
            for (const auto& [pattern, files] : rules.headers) {
                if (!within(pattern, header)) continue;
                bool allowed =
                    std::any_of(files.begin(), files.end(), [&](const auto& f) { return matches(f, file.path); });
                if (!allowed) out.push_back(at(file, line, header + " belongs into other files only"));
            }
            for (const auto& [pattern, number] : rules.counts)
                if (within(pattern, header)) users[pattern].insert(file.path);
        });
    }
    for (const auto& [pattern, files] : users)
        if (files.size() > rules.counts.at(pattern))
            out.push_back(pattern + " is included by " + std::to_string(files.size()) + " files, the last is " +
                          *files.rbegin());
    return out;
}

Complaints check_sizes(const Tree& tree, const Rules& rules) {
    Complaints out;
    for (const auto& file : tree) {
        if (!file.is_code()) continue;
        if (file.lines.size() > rules.limits.at("file_lines"))
            out.push_back(file.path + ": " + std::to_string(file.lines.size()) + " lines");
        for (std::size_t i = 0; i < file.lines.size(); ++i)
            if (auto wide = columns(file.lines[i]); wide > rules.limits.at("line_columns"))
                out.push_back(at(file, i, std::to_string(wide) + " columns"));
        for (std::size_t indent : {0, 4}) check_functions(file, indent, rules.limits.at("function_lines"), out);
    }
    return out;
}

Complaints check_bans(const Tree& tree, const Rules& rules) {
    Complaints out;
    for (const auto& ban : rules.bans)
        for (const auto& file : tree) {
            auto inside = [&](const std::string& folder) { return file.path.starts_with(folder + "/"); };
            if (std::none_of(ban.folders.begin(), ban.folders.end(), inside)) continue;
            if (std::any_of(ban.except.begin(), ban.except.end(), [&](const auto& f) { return matches(f, file.path); }))
                continue;
            for (std::size_t i = 0; i < file.lines.size(); ++i)
                if (has_word(file.lines[i], ban.word)) out.push_back(at(file, i, ban.word));
        }
    return out;
}

}  // namespace yuanliu::tidy
