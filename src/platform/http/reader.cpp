#include "platform/http/reader.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <optional>

namespace yuanliu::http {
namespace {

namespace beast = boost::beast;
using beast::error_code;

// Straight from the parser into the Request: no basic_fields in between.
class Parser final : public beast::http::basic_parser<true> {
 public:
    Parser(const Limits& limits, Headers& headers) : limits_(limits), headers_(headers) {
        header_limit(static_cast<std::uint32_t>(limits.head_bytes));
        body_limit(boost::none);  // the session counts, by the handler's rule
    }

    BodySink* sink = nullptr;
    Refusal refusal;

 private:
    void on_request_impl(beast::http::verb, beast::string_view, beast::string_view, int, error_code&) override {}
    void on_response_impl(int, beast::string_view, int, error_code&) override {}

    void on_field_impl(beast::http::field, beast::string_view name, beast::string_view value, error_code& ec) override {
        if (head_done_) return stop(ec);  // a trailer
        auto& [key, text] =
            headers_.emplace_back(std::string(name.data(), name.size()), std::string(value.data(), value.size()));
        for (char& c : key)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    void on_header_impl(error_code&) override { head_done_ = true; }
    void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}
    std::size_t on_body_impl(beast::string_view bytes, error_code& ec) override { return give(bytes, ec); }
    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view bytes, error_code& ec) override {
        return give(bytes, ec);
    }
    void on_chunk_header_impl(std::uint64_t, beast::string_view extensions, error_code& ec) override {
        if (extensions.size() > limits_.chunk_head_bytes) return stop(ec);
        for (const char c : extensions)
            if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f) return stop(ec);
    }
    void on_finish_impl(error_code&) override {}

    std::size_t give(beast::string_view bytes, error_code& ec) {
        refusal = sink->take_body({bytes.data(), bytes.size()});
        if (refusal) ec = beast::http::error::end_of_stream;
        return bytes.size();
    }
    void stop(error_code& ec) { ec = beast::http::error::bad_chunk; }

    const Limits& limits_;
    Headers& headers_;
    bool head_done_ = false;
};

constexpr Refusal bad_request{400, "http.bad_request"};

}  // namespace

struct Reader::Impl {
    explicit Impl(const Limits& limits) : limits(limits) {}
    const Limits& limits;
    std::optional<Parser> parser;
};

Reader::Reader(const Limits& limits) : impl_(std::make_unique<Impl>(limits)) {}
Reader::~Reader() = default;

Refusal Reader::head(std::string_view text, const Head& head, Headers& headers) {
    headers.clear();
    headers.reserve(head.header_count);
    Parser& parser = impl_->parser.emplace(impl_->limits, headers);
    error_code ec;
    for (std::size_t used = 0; used < text.size() && !parser.is_header_done() && !ec;) {
        const std::size_t step = parser.put(boost::asio::const_buffer(text.data() + used, text.size() - used), ec);
        used += step;
        if (step == 0) break;
    }
    if (ec || !parser.is_header_done() || headers.size() != head.header_count) return bad_request;
    // Two readers, one meaning. Beast answers `keep_alive` for itself; framing is what must agree.
    const auto length = parser.content_length();
    if (parser.chunked() != head.chunked || (length.has_value() && *length != head.length) ||
        parser.is_done() != !head.has_body())
        return bad_request;
    parser.eager(true);
    return {};
}

Refusal Reader::body(std::string_view input, std::size_t& used, BodySink& sink) {
    Parser& parser = *impl_->parser;
    parser.sink = &sink;
    used = 0;
    error_code ec;
    while (used < input.size() && !parser.is_done()) {
        used += parser.put(boost::asio::const_buffer(input.data() + used, input.size() - used), ec);
        if (parser.refusal) return parser.refusal;
        if (ec == beast::http::error::need_more) break;
        if (ec) return bad_request;
    }
    // What stays unread is one chunk's size line (or the end of the last chunk), which has its own bound.
    if (!parser.is_done() && input.size() - used > impl_->limits.chunk_head_bytes) return bad_request;
    return {};
}

bool Reader::done() const { return impl_->parser && impl_->parser->is_done(); }

}  // namespace yuanliu::http
