#include "platform/words/words.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace yuanliu {

void Words::add(std::string_view file, std::string_view text) {
    int line_number = 0;
    while (!text.empty()) {
        auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        ++line_number;
        if (line.empty() || line.front() == '#') continue;
        std::vector<std::string> cells;
        for (std::size_t at = 0; at <= line.size();) {
            auto tab = std::min(line.find('\t', at), line.size());
            cells.emplace_back(line.substr(at, tab - at));
            at = tab + 1;
        }
        if (cells.size() < 3 || cells[1].empty() || cells[2].empty())
            throw internal(fmt::format("{}:{}: expected key, Chinese, English", file, line_number));
        Word word{cells[1], cells[2], cells.size() > 3 ? cells[3] : ""};
        if (!words_.emplace(cells[0], std::move(word)).second)
            throw internal(fmt::format("{}:{}: {} stands twice", file, line_number, cells[0]));
    }
}

// {state|units.status}: the value is one of the choices of units.status.
static std::pair<std::string_view, std::string_view> split_hole(std::string_view hole) {
    auto bar = hole.find('|');
    if (bar == std::string_view::npos) return {hole, {}};
    return {hole.substr(0, bar), hole.substr(bar + 1)};
}

std::string Words::choice(Locale locale, std::string_view of, std::string_view value) const {
    const Word* word = find(fmt::format("choice.{}.{}", of, value));
    return word ? word->in(locale) : std::string(value);
}

const Word* Words::find(std::string_view key) const {
    auto found = words_.find(key);
    return found == words_.end() ? nullptr : &found->second;
}

std::string Words::message(Locale locale, std::string_view code, const Error::Args& args) const {
    const std::string key = "error." + std::string(code);
    return find(key) ? text(locale, key, args) : std::string(code);
}

std::string Words::text(Locale locale, std::string_view key, const Error::Args& args) const {
    const Word* word = find(key);
    if (!word) return std::string(key);
    std::string out;
    std::string_view text = word->in(locale);
    while (!text.empty()) {
        auto open = text.find('{');
        out += text.substr(0, open);
        if (open == std::string_view::npos) break;
        auto close = text.find('}', open);
        if (close == std::string_view::npos) break;
        auto [name, choices] = split_hole(text.substr(open + 1, close - open - 1));
        for (const auto& [given, value] : args)
            if (given == name) out += choices.empty() ? value : choice(locale, choices, value);
        text.remove_prefix(close + 1);
    }
    return out;
}

std::vector<std::string_view> Words::keys() const {
    std::vector<std::string_view> out;
    for (const auto& [key, word] : words_) out.push_back(key);
    return out;
}

// The most special word wins: a Record's own, its module's, everybody's.
static const Word* nearest_word(const Words& words, std::string_view kind, std::string_view record,
                                const std::string& rest) {
    if (const Word* own = words.find(fmt::format("{}.{}.{}", kind, record, rest))) return own;
    auto module = record.substr(0, record.find_first_of("._"));
    if (const Word* shared = words.find(fmt::format("{}.{}.{}", kind, module, rest))) return shared;
    return words.find(fmt::format("{}.{}", kind, rest));
}

const Word* field_word(const Words& words, std::string_view record, std::string_view field) {
    return nearest_word(words, "field", record, std::string(field));
}

const Word* choice_word(const Words& words, std::string_view record, std::string_view field, std::string_view value) {
    return nearest_word(words, "choice", record, fmt::format("{}.{}", field, value));
}

Locale locale_of(std::string_view accept_language) {
    // The first of the two languages named wins; browsers list them in order of preference.
    auto en = accept_language.find("en"), zh = accept_language.find("zh");
    return en != std::string_view::npos && (zh == std::string_view::npos || en < zh) ? Locale::en : Locale::zh;
}

}  // namespace yuanliu
