#include "platform/search/finders.hpp"

namespace yuanliu::search {

bool Question::ascii() const {
    return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > ' ' && c < 0x7f; });
}

std::string Question::after() const { return text + "\xF4\x8F\xBF\xBF"; }

std::vector<Hit> Finders::find(Rx& rx, const Actor& actor, const Question& question) const {
    std::vector<Hit> out;
    for (const auto& entry : all_) {
        if (!actor.may(entry.permission)) continue;
        for (auto& hit : entry.finder(rx, actor, question)) out.push_back(std::move(hit));
    }
    return out;
}

}  // namespace yuanliu::search
