#include "contract/golden.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace yuanliu::contract {
namespace {

std::string folder() { return YL_SOURCE_DIR "/tests/contract/"; }

std::vector<std::string> lines_of(std::string_view text) {
    std::istringstream in{std::string(text)};
    std::vector<std::string> out;
    for (std::string line; std::getline(in, line);) out.push_back(line);
    return out;
}

}  // namespace

void expect_golden(const std::string& name, const std::string& text) {
    const auto path = folder() + "golden/" + name;
    const char* rewrite = std::getenv("YL_GOLDEN");
    if (rewrite && std::string_view(rewrite) == "1") {
        std::filesystem::create_directories(folder() + "golden");
        std::ofstream out(path, std::ios::binary);
        out << text;
        ASSERT_TRUE(out.flush()) << "cannot write " << path;
        return;
    }
    std::ifstream in(path, std::ios::binary);
    const std::string was{std::istreambuf_iterator<char>(in), {}};
    if (was == text) return;
    ADD_FAILURE() << "tests/contract/golden/" << name
                  << " no longer tells the truth. If the change is meant, run `make golden` and commit it.\n"
                  << difference(was, text);
}

std::string difference(std::string_view was, std::string_view is, std::size_t lines_max) {
    const auto before = lines_of(was), after = lines_of(is);
    constexpr std::size_t reach = 400, never = std::size_t(-1);  // how far a line may have moved
    auto ahead = [](const auto& lines, std::size_t from, const std::string& wanted) {
        for (std::size_t i = from; i < std::min(from + reach, lines.size()); ++i)
            if (lines[i] == wanted) return i - from;
        return never;
    };
    std::string out;
    std::size_t told = 0, i = 0, k = 0;
    auto tell = [&](char sign, std::size_t line, const std::string& text) {
        if (told++ < lines_max) out += sign + std::to_string(line + 1) + ": " + text + "\n";
    };
    while (i < before.size() || k < after.size()) {
        if (i < before.size() && k < after.size() && before[i] == after[k]) {
            ++i, ++k;
            continue;
        }
        // Whichever side finds the other's line sooner has the added lines.
        bool gone =
            k == after.size() || (i < before.size() && ahead(before, i, after[k]) <= ahead(after, k, before[i]));
        if (gone)
            tell('-', i, before[i]), ++i;
        else
            tell('+', k, after[k]), ++k;
    }
    if (told > lines_max) out += "… and " + std::to_string(told - lines_max) + " more lines\n";
    return out;
}

std::string indented(std::string_view json) {
    std::string out;
    std::size_t depth = 0;
    bool quoted = false;
    auto line = [&] { out += '\n' + std::string(depth * 2, ' '); };
    for (std::size_t i = 0; i < json.size(); ++i) {
        char c = json[i];
        if (quoted) {
            out += c;
            if (c == '\\')
                out += json[++i];
            else if (c == '"')
                quoted = false;
            continue;
        }
        bool empty = i + 1 < json.size() && ((c == '{' && json[i + 1] == '}') || (c == '[' && json[i + 1] == ']'));
        if (empty)
            out += c, out += json[++i];
        else if (c == '{' || c == '[')
            out += c, ++depth, line();
        else if (c == '}' || c == ']')
            --depth, line(), out += c;
        else if (c == ',')
            out += c, line();
        else if (c == ':')
            out += ": ";
        else
            out += c, quoted = c == '"';
    }
    return out + "\n";
}

std::set<std::string> exceptions(const std::string& kind) {
    std::ifstream in(folder() + "exceptions.txt");
    std::set<std::string> out;
    for (std::string line; std::getline(in, line);) {
        if (!line.starts_with(kind + " ")) continue;
        auto reason = line.find(" -- ");
        EXPECT_NE(reason, std::string::npos) << "exceptions.txt gives no reason: " << line;
        out.insert(line.substr(kind.size() + 1, reason == std::string::npos ? reason : reason - kind.size() - 1));
    }
    return out;
}

}  // namespace yuanliu::contract
