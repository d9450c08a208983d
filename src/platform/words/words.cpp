#include "platform/words/words.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

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

namespace {

// The weight of one element of Accept-Language in thousandths (RFC 9110 12.4.2); one that is no weight counts as 1.
int weight_of(std::string_view parameters) {
    const auto at = parameters.find("q=");
    if (at == std::string_view::npos) return 1000;
    parameters.remove_prefix(at + 2);
    if (!parameters.starts_with('0')) return 1000;
    int weight = 0, scale = 100;
    for (std::size_t i = 2; i < parameters.size() && parameters[1] == '.' && scale > 0; ++i, scale /= 10) {
        if (parameters[i] < '0' || parameters[i] > '9') break;
        weight += (parameters[i] - '0') * scale;
    }
    return weight;
}

// The main language of a tag: zh of zh-Hans-CN.
std::string language_of(std::string_view tag) { return lower_ascii(tag.substr(0, tag.find('-'))); }

}  // namespace

Locale locale_of(std::string_view accept_language) {
    int zh = 0, en = 0;
    bool en_first = false;
    while (!accept_language.empty()) {
        const auto comma = accept_language.find(',');
        const auto item = accept_language.substr(0, comma);
        accept_language = comma == std::string_view::npos ? std::string_view() : accept_language.substr(comma + 1);
        const auto semicolon = item.find(';');
        const auto language = language_of(trim(item.substr(0, semicolon)));
        const int weight = semicolon == std::string_view::npos ? 1000 : weight_of(item.substr(semicolon));
        if (language == "en") en_first = en_first || zh == 0, en = std::max(en, weight);
        if (language == "zh") zh = std::max(zh, weight);
    }
    if (en == 0 && zh == 0) return Locale::zh;
    return en > zh || (en == zh && en_first) ? Locale::en : Locale::zh;
}

}  // namespace yuanliu
