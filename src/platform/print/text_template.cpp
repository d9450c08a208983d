#include "platform/print/text_template.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace yuanliu::print {

static bool plain_name(std::string_view name) {
    return !name.empty() && std::ranges::all_of(name, [](unsigned char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

TextTemplate::TextTemplate(std::string_view text) {
    const auto refuse = [&] { return invalid("print.bad_placeholder", {{"text", std::string(text)}}); };
    while (!text.empty()) {
        const std::size_t open = text.find_first_of("{}");
        if (open != 0) {
            parts_.push_back({std::string(text.substr(0, open)), false, 0});
            if (open == std::string_view::npos) return;
        }
        const std::size_t close = text.find('}', open);
        if (text[open] == '}' || close == std::string_view::npos) throw refuse();
        std::string_view hole = text.substr(open + 1, close - open - 1);
        Part part{"", true, 0};
        if (const std::size_t colon = hole.find(':'); colon != std::string_view::npos) {
            const std::string_view group = hole.substr(colon + 1);
            if (group.size() != 1 || group[0] < '2' || group[0] > '9') throw refuse();
            part.group = group[0] - '0';
            hole = hole.substr(0, colon);
        }
        if (!plain_name(hole)) throw refuse();
        part.text = hole;
        parts_.push_back(std::move(part));
        text.remove_prefix(close + 1);
    }
}

std::string TextTemplate::fill(const Fields& fields) const {
    std::string out;
    bool fixed = true;    // no hole at all
    bool filled = false;  // some hole got a value
    for (const Part& part : parts_) {
        if (!part.field) {
            out += part.text;
            continue;
        }
        fixed = false;
        const auto found = fields.find(part.text);
        if (found == fields.end() || found->second.empty()) continue;
        filled = true;
        out += part.group == 0 ? found->second : grouped(found->second, part.group);
    }
    return fixed || filled ? out : std::string();
}

std::vector<std::string> TextTemplate::names() const {
    std::vector<std::string> names;
    for (const Part& part : parts_)
        if (part.field) names.push_back(part.text);
    return names;
}

std::string grouped(std::string_view text, int group) {
    const bool one_word = std::ranges::all_of(text, [](unsigned char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    });
    const auto size = static_cast<std::size_t>(group);
    if (!one_word || text.size() < 8 || group < 2) return std::string(text);
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool lone = i + 1 == text.size();
        if (i != 0 && i % size == 0 && !lone) out += ' ';
        out += text[i];
    }
    return out;
}

}  // namespace yuanliu::print
