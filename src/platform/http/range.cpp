#include "platform/http/range.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "platform/http/framing.hpp"

namespace yuanliu::http {
namespace {

std::optional<std::uint64_t> number_of(std::string_view digits) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc() || end != digits.data() + digits.size()) return {};
    return number;
}

// The last `wanted` bytes.
ByteRange tail(std::uint64_t wanted, std::uint64_t size) {
    if (wanted == 0 || size == 0) return {ByteRange::Kind::unsatisfiable};
    const auto length = std::min(wanted, size);
    return {ByteRange::Kind::part, size - length, length};
}

}  // namespace

ByteRange read_range(std::string_view header, std::uint64_t size) {
    const auto equals = header.find('=');
    if (equals == std::string_view::npos || !same_text(header.substr(0, equals), "bytes")) return {};
    header.remove_prefix(equals + 1);
    const auto dash = header.find('-');
    if (dash == std::string_view::npos) return {};
    const auto first = number_of(header.substr(0, dash)), last = number_of(header.substr(dash + 1));
    if (dash == 0) return last ? tail(*last, size) : ByteRange{};
    const bool open = dash + 1 == header.size();
    if (!first || (!open && (!last || *last < *first))) return {};
    if (*first >= size) return {ByteRange::Kind::unsatisfiable};
    const auto end = open ? size - 1 : std::min(*last, size - 1);
    return {ByteRange::Kind::part, *first, end - *first + 1};
}

}  // namespace yuanliu::http
