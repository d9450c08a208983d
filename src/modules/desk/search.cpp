// One question to every finder.
#include "base/text.hpp"
#include "modules/desk/desk.hpp"

namespace yuanliu::desk {
namespace {

constexpr int limit_default = 5;
constexpr std::string_view scan_path = "/q/";

// A scanner gun types what the QR code says, which is an address that ends in the code.
std::string_view code_in_address(std::string_view text) {
    if (!text.starts_with("http://") && !text.starts_with("https://")) return text;
    const auto at = text.find(scan_path);
    if (at == std::string_view::npos) return text;
    text.remove_prefix(at + scan_path.size());
    return text.substr(0, text.find_first_of("/?#"));
}

}  // namespace

std::vector<search::Hit> find(Rx& rx, const Actor& actor, const SearchQuery& query) {
    search::Question question;
    question.text = code_in_address(trim(query.q));
    question.limit = query.limit ? int(*query.limit) : limit_default;
    if (question.text.empty()) return {};
    return rx.part<search::Finders>().find(rx, actor, question);
}

}  // namespace yuanliu::desk
