#include "platform/describe/json.hpp"

#include <fmt/format.h>

#include <boost/json/basic_parser_impl.hpp>
#include <cmath>
#include <cstring>
#include <unordered_set>

#include "base/error.hpp"
#include "base/text.hpp"

namespace yuanliu {

// Boost.JSON's event interface; its member names are given by the library.
class JsonBuilder {
 public:
    static constexpr std::size_t max_object_size = 1'000'000;
    static constexpr std::size_t max_array_size = 1'000'000;
    static constexpr std::size_t max_key_size = 1 << 20;
    static constexpr std::size_t max_string_size = std::size_t(1) << 30;
    using error_code = boost::json::error_code;
    using string_view = boost::json::string_view;

    JsonDocument* document = nullptr;
    std::string duplicate;  // the path of the first repeated key

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&) { return open(Json::Kind::object); }
    bool on_array_begin(error_code&) { return open(Json::Kind::array); }
    bool on_object_end(std::size_t n, error_code& ec) {
        check_keys(open_.back(), n);
        if (!duplicate.empty()) return ec = boost::json::error::syntax, false;
        return close(n);
    }
    bool on_array_end(std::size_t n, error_code&) { return close(n); }
    bool on_key_part(string_view s, std::size_t, error_code&) { return part(s); }
    bool on_key(string_view s, std::size_t, error_code&) { return part(s), leaf(Json::Kind::string); }
    bool on_string_part(string_view s, std::size_t, error_code&) { return part(s); }
    bool on_string(string_view s, std::size_t, error_code&) { return part(s), leaf(Json::Kind::string); }
    bool on_number_part(string_view s, error_code&) { return part(s); }
    bool on_int64(std::int64_t, string_view s, error_code&) { return part(s), leaf(Json::Kind::number); }
    bool on_uint64(std::uint64_t, string_view s, error_code&) { return part(s), leaf(Json::Kind::number); }
    bool on_double(double, string_view s, error_code&) { return part(s), leaf(Json::Kind::number); }
    bool on_bool(bool b, error_code&) { return part(b ? "true" : "false"), leaf(Json::Kind::boolean); }
    bool on_null(error_code&) { return leaf(Json::Kind::null); }
    bool on_comment_part(string_view, error_code&) { return true; }
    bool on_comment(string_view, error_code&) { return true; }

 private:
    bool part(string_view s) {
        // Never beyond what parse() reserved: unescaped text is no longer than its source.
        document->characters_.append(s.data(), s.size());
        return true;
    }
    bool leaf(Json::Kind kind) {
        auto& characters = document->characters_;
        document->nodes_.push_back(
            {kind, 0, std::uint32_t(document->nodes_.size() + 1), std::string_view(characters).substr(start_)});
        start_ = characters.size();
        return true;
    }
    bool open(Json::Kind kind) {
        open_.push_back(std::uint32_t(document->nodes_.size()));
        document->nodes_.push_back({kind, 0, 0, {}});
        return true;
    }
    bool close(std::size_t n) {
        auto& node = document->nodes_[open_.back()];
        node.size = std::uint32_t(n);
        node.next = std::uint32_t(document->nodes_.size());
        open_.pop_back();
        return true;
    }
    void check_keys(std::uint32_t object, std::size_t n) {
        if (n < 2) return;
        const auto& nodes = document->nodes_;
        std::unordered_set<std::string_view> seen;
        seen.reserve(n);
        for (std::uint32_t at = object + 1; n > 0; --n, at = nodes[at + 1].next)
            if (!seen.insert(nodes[at].text).second && duplicate.empty())
                duplicate = path() + std::string(nodes[at].text);
    }
    // Where the object being closed stands: only wanted for a message, so it is worked out from the tree.
    std::string path() const {
        std::string out;
        const auto& nodes = document->nodes_;
        for (std::size_t i = 0; i + 1 < open_.size(); ++i) {
            if (nodes[open_[i]].kind == Json::Kind::object) {
                out += std::string(nodes[open_[i + 1] - 1].text);
            } else {
                std::size_t index = 0;
                for (auto at = open_[i] + 1; at != open_[i + 1]; at = nodes[at].next) ++index;
                if (!out.empty() && out.back() == '.') out.pop_back();
                out += fmt::format("[{}]", index);
            }
            out += '.';
        }
        return out;
    }

    std::vector<std::uint32_t> open_;
    std::size_t start_ = 0;
};

std::unique_ptr<JsonDocument> JsonDocument::parse(std::string_view bytes) {
    auto document = std::make_unique<JsonDocument>();
    document->characters_.reserve(bytes.size() + 16);
    document->nodes_.reserve(bytes.size() / 8 + 4);
    boost::json::parse_options options;
    options.max_depth = depth_max;
    boost::json::basic_parser<JsonBuilder> parser(options);
    parser.handler().document = document.get();
    boost::json::error_code ec;
    std::size_t used = parser.write_some(false, bytes.data(), bytes.size(), ec);
    if (!parser.handler().duplicate.empty())
        throw unreadable("json.duplicate_key").with({{parser.handler().duplicate, "field.duplicate"}});
    if (ec == boost::json::error::too_deep)
        throw unreadable("json.too_deep", {{"max", std::to_string(depth_max)}, {"offset", std::to_string(used)}});
    if (ec && used < bytes.size() && static_cast<unsigned char>(bytes[used]) >= 0x80 && !is_utf8(bytes))
        throw unreadable("json.bad_utf8", {{"offset", std::to_string(used)}});
    if (ec) throw unreadable("json.syntax", {{"offset", std::to_string(used)}});
    if (auto rest = bytes.find_first_not_of(" \t\r\n", used); rest != std::string_view::npos)
        throw unreadable("json.syntax", {{"offset", std::to_string(rest)}});
    return document;
}

std::unique_ptr<JsonDocument> JsonDocument::from_pairs(const std::vector<std::pair<std::string, std::string>>& pairs) {
    auto document = std::make_unique<JsonDocument>();
    std::size_t bytes = 0;
    for (const auto& [key, value] : pairs) bytes += key.size() + value.size();
    document->characters_.reserve(bytes);
    document->nodes_.push_back(
        {Json::Kind::object, std::uint32_t(pairs.size()), std::uint32_t(2 * pairs.size() + 1), {}});
    auto add = [&](const std::string& s) {
        auto start = document->characters_.size();
        document->characters_ += s;
        document->nodes_.push_back({Json::Kind::string, 0, std::uint32_t(document->nodes_.size() + 1),
                                    std::string_view(document->characters_).substr(start)});
    };
    for (const auto& [key, value] : pairs) add(key), add(value);
    return document;
}

Json::Kind Json::kind() const { return document_->nodes_[at_].kind; }
std::string_view Json::text() const { return document_->nodes_[at_].text; }
std::size_t Json::size() const { return document_->nodes_[at_].size; }
Json::Iterator Json::begin() const { return {document_, at_ + 1, size(), kind() == Kind::object}; }
Json::Iterator Json::end() const { return {document_, 0, 0, false}; }

Json::Entry Json::Iterator::operator*() const {
    if (keyed_) return {document_->nodes_[at_].text, Json(document_, at_ + 1)};
    return {{}, Json(document_, at_)};
}
Json::Iterator& Json::Iterator::operator++() {
    at_ = document_->nodes_[keyed_ ? at_ + 1 : at_].next;
    --left_;
    return *this;
}

void JsonWriter::comma() {
    if (!fresh_) out_ += ',';
    fresh_ = false;
}
JsonWriter& JsonWriter::open(char bracket) {
    comma();
    out_ += bracket;
    fresh_ = true;
    return *this;
}
JsonWriter& JsonWriter::close(char bracket) {
    out_ += bracket;
    fresh_ = false;
    return *this;
}
JsonWriter& JsonWriter::key(std::string_view name) {
    string(name);
    out_ += ':';
    fresh_ = true;
    return *this;
}
JsonWriter& JsonWriter::raw(std::string_view json) {
    comma();
    out_ += json;
    return *this;
}
JsonWriter& JsonWriter::integer(std::int64_t number) {
    fmt::format_int digits(number);
    return raw({digits.data(), digits.size()});
}
JsonWriter& JsonWriter::real(double number) {
    if (!std::isfinite(number)) return null();
    comma();
    fmt::format_to(std::back_inserter(out_), "{}", number);
    return *this;
}

// Where the first character that JSON wants escaped stands, from `at` on; eight bytes at a time, as nearly all of them
// are plain.
static std::size_t find_special(std::string_view text, std::size_t at) {
    constexpr std::uint64_t ones = 0x0101010101010101, tops = 0x8080808080808080;
    const auto has_zero = [](std::uint64_t x) { return (x - ones) & ~x & tops; };
    for (; at + 8 <= text.size(); at += 8) {
        std::uint64_t eight;
        std::memcpy(&eight, text.data() + at, 8);
        const auto control = (eight - ones * 0x20) & ~eight & tops;
        if (control | has_zero(eight ^ (ones * '"')) | has_zero(eight ^ (ones * '\\'))) break;
    }
    for (; at < text.size(); ++at) {
        const auto c = static_cast<unsigned char>(text[at]);
        if (c < 0x20 || c == '"' || c == '\\') break;
    }
    return at;
}

JsonWriter& JsonWriter::string(std::string_view text) {
    comma();
    out_ += '"';
    std::size_t start = 0;
    for (auto i = find_special(text, 0); i < text.size(); i = find_special(text, i + 1)) {
        const auto c = static_cast<unsigned char>(text[i]);
        out_.append(text, start, i - start);
        start = i + 1;
        switch (c) {
            case '"': out_ += "\\\""; break;
            case '\\': out_ += "\\\\"; break;
            case '\n': out_ += "\\n"; break;
            case '\r': out_ += "\\r"; break;
            case '\t': out_ += "\\t"; break;
            default: fmt::format_to(std::back_inserter(out_), "\\u{:04x}", c);
        }
    }
    out_.append(text, start, text.size() - start);
    out_ += '"';
    return *this;
}

}  // namespace yuanliu
