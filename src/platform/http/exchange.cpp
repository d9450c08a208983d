// The half of Session that turns a head into a Request, brings it to the handler, and the Answer into bytes.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "base/uri.hpp"
#include "platform/http/range.hpp"
#include "platform/http/session.hpp"

namespace yuanliu::http {
namespace {

constexpr std::size_t inline_body_bytes =
    16 * 1024;  // copied behind their head; larger ones are sent from where they are

// Only for durations in the log and the slow-handler alarm; nothing is decided by it.
std::int64_t clock_us() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

bool is_request_id(std::string_view id) {
    if (id.empty() || id.size() > 64) return false;
    return std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
               c == '-';
    });
}

std::string_view body_of(const Answer& answer) {
    if (!answer.body.empty()) return answer.body;
    if (answer.shared_body) return *answer.shared_body;
    return answer.static_body;
}

bool sets_header(const Answer& answer, std::string_view name) {
    return std::any_of(answer.headers.begin(), answer.headers.end(),
                       [name](const auto& header) { return same_text(header.first, name); });
}

}  // namespace

std::string_view Request::header(std::string_view name) const {
    for (const auto& [key, value] : headers)
        if (key == name) return value;
    return {};
}

// Fifteen characters, so that the string needs no memory of its own.
std::string Desk::make_id() {
    static constexpr char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";
    std::string id = id_prefix;
    std::uint64_t number = id_next++;
    for (int i = 0; i < 7; ++i, number >>= 5) id += digits[number & 31];
    return id;
}

void Desk::warn(std::initializer_list<std::string_view> parts) const noexcept {
    try {
        std::string text = "http:";
        for (const std::string_view part : parts) text.append(" ").append(part);
        house.warn(text);
    } catch (const std::exception&) {
        // Nothing is left to say it with; the counters still tell.
    }
}

void Session::begin_request(std::string_view text) {
    begun_us_ = clock_us();
    ++served_;
    desk_.counters.requests.add();
    request_.parts.clear();
    request_.body.clear();
    body_bytes_ = 0;
    discarding_ = false;
    unread_ = false;
    head_ = Head{};
    const Refusal refusal = understand(text, head_);
    const bool body_follows = head_.has_body();
    const bool old = desk_.now_ms - opened_ms_ > limits_.age_ms;
    keep_ = head_.keep_alive && !desk_.draining && served_ < limits_.requests && !old;
    const std::size_t length = text.size();
    if (refusal) {
        input_.consume(length);
        unread_ = true;
        return refuse(refusal);
    }
    is_head_ = head_.method == "HEAD";
    input_.consume(length);
    scanned_ = 0;
    head_started_ = false;
    if (!body_follows) {
        if (!upgrade()) dispatch();
        return;
    }
    enter(Phase::body);
    if (const Refusal no_body = prepare_body()) refuse(no_body);
}

Refusal Session::understand(std::string_view text, Head& head) {
    request_.headers.clear();
    request_.path.clear();
    request_.query.clear();
    request_.method.clear();
    request_.ruled = false;
    id_ = desk_.make_id();
    is_head_ = wants_gzip_ = false;
    range_.clear();
    if_range_.clear();
    secure_ = desk_.house.tls;
    const Refusal refusal = read_head(text, limits_, head);
    method_ = head.method.substr(0, 32);  // what an access log may hold of it
    path_.clear();
    if (refusal) return refusal;
    if (const Refusal unlike = reader_.head(text, head, request_.headers)) return unlike;
    request_.method = head.method;
    request_.host = head.host;
    request_.scheme = std::string_view(secure_ ? "https" : "http");
    request_.remote_ip = peer_text_;
    if (peer_trusted_) {
        believe_proxy(desk_.house.proxies, request_);
        secure_ = request_.scheme == "https";
    }
    for (const auto& [name, value] : request_.headers) {
        if (name == "x-request-id" && is_request_id(value)) id_ = value;
        if (name == "accept-encoding") wants_gzip_ = accepts_coding(value, "gzip");
        if (name == "range" && method_ == "GET") range_ = value;
        if (name == "if-range") if_range_ = value;
    }
    request_.id = id_;
    const std::size_t mark = head.target.find('?');
    const std::string_view raw_path = head.target.substr(0, mark);
    if (mark != std::string_view::npos) request_.query = head.target.substr(mark + 1);
    std::optional<std::string> path = raw_path == "*" ? std::string(raw_path) : decode_path(raw_path);
    if (!path) return {400, "http.bad_target"};
    request_.path.swap(*path);
    path_ = request_.path;
    client_ip_ = request_.remote_ip;
    return {};
}

// Decides, before a byte of it is read, what becomes of the body.
Refusal Session::prepare_body() {
    unread_ = true;
    if (head_.encoded_body) return {415, "http.unsupported_media"};
    try {
        request_.ruled = true;
        rule_ = desk_.house.handler.body_rule(request_);
    } catch (const std::exception& error) {
        desk_.counters.exceptions.add();
        desk_.warn({"body_rule let an exception out:", error.what(), "id", id_});
        return {500, "internal"};
    }
    if (rule_.instead) {
        turn_away(std::move(*rule_.instead));
        return {};
    }
    if (head_.length > rule_.limit_bytes) return {413, "http.too_large"};
    if (!rule_.ask) return open_body();
    ask();
    return {};
}

void Session::ask() {
    enter(Phase::asking);
    fresh_ticket();
    dispatching_ = true;
    try {
        desk_.house.handler.admit(request_, Reply(*ticket_));
    } catch (const std::exception& error) {
        desk_.counters.exceptions.add();
        desk_.warn({"admit let an exception out:", error.what(), "id", id_});
    }
    dispatching_ = false;
}

// A short body is swallowed, so that the connection can live on; a long one, or one that the client may or may not send
// after all, ends it.
void Session::turn_away(Answer instead) {
    discarding_ = !head_.expects_continue && head_.length <= limits_.discard_bytes;
    if (discarding_) {
        rule_.instead = std::move(instead);
        return;
    }
    keep_ = false;
    enter(Phase::answer);
    answer_ = std::move(instead);
}

Refusal Session::open_body() {
    multipart_.reset();
    if (rule_.multipart) {
        const std::string_view boundary = multipart_boundary(request_.header("content-type"));
        if (boundary.empty()) return {415, "http.unsupported_media"};
        Desk* const desk = &desk_;
        auto name = [desk] { return desk->house.options.upload_dir + "/yl-upload-" + desk->make_id(); };
        if (const Refusal refusal = desk_.house.uploads->fits(head_.length)) return refusal;
        multipart_ =
            std::make_unique<Multipart>(boundary, rule_, limits_.part_head_bytes, std::move(name), desk_.house.uploads);
    } else {
        request_.body.reserve(std::min<std::uint64_t>(head_.length, limits_.body_buffer_bytes));
    }
    if (head_.expects_continue && input_.empty()) output_ += "HTTP/1.1 100 Continue\r\n\r\n";
    return {};
}

Refusal Session::take_body(std::string_view bytes) {
    body_bytes_ += bytes.size();
    if (discarding_) return body_bytes_ > limits_.discard_bytes ? Refusal{413, "http.too_large"} : Refusal{};
    if (body_bytes_ > rule_.limit_bytes) return {413, "http.too_large"};
    if (multipart_) return multipart_->take(bytes);
    if (desk_.bodies_bytes + bytes.size() > limits_.bodies_bytes) return {503, "busy"};
    desk_.bodies_bytes += bytes.size();
    body_held_ += bytes.size();
    request_.body += bytes;
    return {};
}

// The body is whole. Always true: the next step follows at once.
bool Session::end_body() {
    unread_ = false;
    if (discarding_) {
        enter(Phase::answer);
        answer_ = std::move(*rule_.instead);
        rule_.instead.reset();
        return true;
    }
    if (multipart_) {
        if (const Refusal refusal = multipart_->finish()) {
            refuse(refusal);
            return true;
        }
        request_.parts = std::move(multipart_->parts());
        multipart_.reset();
    }
    dispatch();
    return true;
}

// A ticket serves again once nobody else holds it: answering at once allocates nothing.
void Session::fresh_ticket() {
    if (ticket_ != nullptr && ticket_->refs.load(std::memory_order_acquire) != 1) leave_ticket();
    if (ticket_ == nullptr) {
        ticket_ = new Reply::Ticket;
        ticket_->mailbox = desk_.mailbox;
        ticket_->sink = this;
    }
    ticket_->answered.store(false, std::memory_order_relaxed);
    ticket_->copies.store(1, std::memory_order_relaxed);
    ticket_->retain();
}

void Session::leave_ticket() noexcept {
    ticket_->sink = nullptr;
    ticket_->release();
    ticket_ = nullptr;
}

void Session::dispatch() {
    enter(Phase::answer);
    fresh_ticket();
    const std::int64_t before = clock_us();
    dispatching_ = true;
    try {
        desk_.house.handler.handle(std::move(request_), Reply(*ticket_));
    } catch (const std::exception& error) {
        desk_.counters.exceptions.add();
        desk_.warn({"a handler let an exception out:", error.what(), "id", id_});
    } catch (...) {
        desk_.counters.exceptions.add();
        desk_.warn({"a handler let something out that is no exception, id", id_});
    }
    dispatching_ = false;
    const std::int64_t took_us = clock_us() - before;
    if (took_us > limits_.slow_handler_ms * 1000) {
        desk_.counters.slow_handlers.add();
        desk_.warn(
            {"a handler held its I/O thread for", std::to_string(took_us / 1000), "ms:", method_, path_, "id", id_});
    }
}

// Answers for the edge itself and gives the connection up: what follows on it cannot be trusted.
void Session::refuse(Refusal refusal) {
    keep_ = false;
    unread_ = true;
    multipart_.reset();
    if (request_.id.empty()) {
        id_ = desk_.make_id();
        request_.id = id_;
        begun_us_ = clock_us();
        is_head_ = wants_gzip_ = false;
    }
    enter(Phase::answer);
    answer_ = refusal_answer(refusal);
}

Answer Session::refusal_answer(Refusal refusal) noexcept {
    try {
        request_.id = id_;
        Answer answer = desk_.house.handler.refuse(request_, refusal.status, refusal.code);
        if (is_sendable(answer)) return answer;
        desk_.warn({"the handler rendered a refusal that cannot be sent, id", id_});
    } catch (const std::exception& error) {
        desk_.counters.exceptions.add();
        desk_.warn({"refuse let an exception out:", error.what(), "id", id_});
    }
    Answer bare;
    bare.status = refusal.status;
    return bare;
}

void Session::count(int status, std::uint64_t bytes) {
    desk_.counters.by_class[status / 100].add();
    if (!desk_.house.options.access) return;
    Access access;
    access.method = method_;
    access.path = path_;
    access.status = status;
    access.bytes = bytes;
    access.duration_us = clock_us() - begun_us_;
    access.id = id_;
    access.ip = client_ip_.empty() ? std::string_view(peer_text_) : std::string_view(client_ip_);
    desk_.house.options.access(access);
}

bool Session::attach_file(Answer& answer, std::uint64_t& size) {
    const int fd = ::open(answer.file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a FIFO must not hang us
    struct stat info {};
    if (fd < 0 || fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        if (fd >= 0) ::close(fd);
        desk_.warn({"cannot send the file", answer.file, "id", id_});
        return false;
    }
    size = static_cast<std::uint64_t>(info.st_size);
    const auto first = take_range(answer, info, size);
    if (is_head_ || !may_have_body(answer.status) || size == 0) {
        ::close(fd);
    } else if (::lseek(fd, static_cast<off_t>(first), SEEK_SET) < 0) {
        ::close(fd);
        return false;
    } else {
        file_ = fd;
        file_left_ = size;
    }
    return true;
}

// Says what the file is, and makes the answer the part of it that was asked for; returns where that begins. A part of
// another file than the one that If-Range names would not fit what the client has: then it is the whole.
std::uint64_t Session::take_range(Answer& answer, const struct stat& info, std::uint64_t& size) const {
    if (answer.status != 200) return 0;
    const auto etag = "\"" + std::to_string(info.st_ino) + "-" + std::to_string(info.st_size) + "-" +
                      std::to_string(info.st_mtim.tv_sec) + std::to_string(info.st_mtim.tv_nsec) + "\"";
    if (!sets_header(answer, "etag")) answer.headers.emplace_back("ETag", etag);
    answer.headers.emplace_back("Accept-Ranges", "bytes");
    if (range_.empty() || (!if_range_.empty() && if_range_ != etag)) return 0;
    const auto range = read_range(range_, size);
    if (range.kind == ByteRange::Kind::whole) return 0;
    const auto total = std::to_string(size);
    if (range.kind == ByteRange::Kind::unsatisfiable) {
        answer.status = 416;
        answer.headers.emplace_back("Content-Range", "bytes */" + total);
        size = 0;
        return 0;
    }
    answer.status = 206;
    answer.headers.emplace_back("Content-Range", "bytes " + std::to_string(range.first) + "-" +
                                                     std::to_string(range.first + range.length - 1) + "/" + total);
    size = range.length;
    return range.first;
}

// Chooses the bytes of the body, packed if that pays, and tells the head about them.
std::string_view Session::attach_body(Answer& answer, HeadFacts& facts) {
    std::string_view body = body_of(answer);
    const bool packable = answer.gzip_ok && body.size() >= limits_.gzip_min_bytes &&
                          body.size() <= limits_.gzip_max_bytes && is_text(answer.content_type) &&
                          !sets_header(answer, "content-encoding");
    facts.varies = packable && !sets_header(answer, "vary");
    if (packable && wants_gzip_) {
        std::string packed;
        if (desk_.gzip.pack(body, packed)) {
            answer.body = std::move(packed);
            body = answer.body;
            facts.gzipped = true;
        }
    }
    facts.length = body.size();
    return body;
}

void Session::encode(Answer&& answer) {
    if (!is_sendable(answer)) {
        desk_.warn(
            {"an answer cannot be sent as it is (status, framing header or control byte):", method_, path_, "id", id_});
        answer = refusal_answer({500, "internal"});
    }
    HeadFacts facts;
    if (!answer.file.empty() && !attach_file(answer, facts.length)) answer = refusal_answer({500, "internal"});
    std::string_view body;
    if (answer.file.empty()) body = attach_body(answer, facts);
    keep_ = keep_ && !desk_.draining;
    facts.date = desk_.date;
    facts.id = id_;
    facts.close = !keep_;
    facts.say_keep_alive = keep_ && !head_.http_1_1;
    facts.secure = secure_;
    const std::size_t before = output_.size();
    write_head(output_, desk_.house.style, answer, facts);
    const bool has_body = may_have_body(answer.status) && !is_head_;
    const std::uint64_t body_bytes = has_body ? facts.length : 0;
    count(answer.status, output_.size() - before + body_bytes);
    if (has_body && body.size() <= inline_body_bytes) {
        output_ += body;
    } else if (has_body) {
        // Moving a long string keeps its bytes where they are, so the view stays good.
        sending_ = std::move(answer);
        body_view_ = body_of(sending_);
    }
    desk_.bodies_bytes -= body_held_;
    body_held_ = 0;
    request_.id.clear();
    enter(keep_ ? Phase::head : Phase::finish);
}

}  // namespace yuanliu::http
