#include "platform/http/multipart.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/disk.hpp"
#include "base/uri.hpp"

namespace yuanliu::http {
namespace {

constexpr Refusal bad_multipart{400, "http.bad_multipart"};
constexpr Refusal too_large{413, "http.too_large"};
constexpr std::string_view upload_prefix = "yl-upload-";

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

// Splits `; name=value; name="quoted \" value"`. Nothing for a broken quote or a parameter that stands twice.
std::optional<Headers> read_parameters(std::string_view text) {
    Headers found;
    while (!(text = trimmed(text)).empty()) {
        if (text.front() != ';') return std::nullopt;
        text = trimmed(text.substr(1));
        if (text.empty()) break;
        const std::size_t equals = text.find('=');
        if (equals == std::string_view::npos || equals == 0) return std::nullopt;
        std::string name(text.substr(0, equals));
        for (char& c : name)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
        for (const auto& [other, ignored] : found)
            if (other == name) return std::nullopt;
        text.remove_prefix(equals + 1);
        std::string value;
        if (!text.empty() && text.front() == '"') {
            std::size_t at = 1;
            for (; at < text.size() && text[at] != '"'; ++at) {
                if (text[at] == '\\' && at + 1 < text.size() && (text[at + 1] == '"' || text[at + 1] == '\\')) ++at;
                value += text[at];
            }
            if (at >= text.size()) return std::nullopt;
            text.remove_prefix(at + 1);
        } else {
            const std::size_t end = text.find(';');
            value = trimmed(text.substr(0, end));
            text = end == std::string_view::npos ? std::string_view{} : text.substr(end);
        }
        found.emplace_back(std::move(name), std::move(value));
    }
    return found;
}

const std::string* parameter(const Headers& parameters, std::string_view name) {
    for (const auto& [key, value] : parameters)
        if (key == name) return &value;
    return nullptr;
}

bool is_plain_text(std::string_view text) {
    for (const char c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
    return is_utf8(text);
}

std::string_view base_name(std::string_view path) {
    const std::size_t slash = path.find_last_of("/\\");
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace

std::string_view multipart_boundary(std::string_view content_type) {
    constexpr std::string_view kind = "multipart/form-data";
    if (content_type.size() < kind.size() || !same_text(content_type.substr(0, kind.size()), kind)) return {};
    std::string_view rest = content_type.substr(kind.size());
    if (!read_parameters(rest)) return {};
    for (std::size_t at = rest.find(';'); at != std::string_view::npos; at = rest.find(';')) {
        rest = trimmed(rest.substr(at + 1));
        if (rest.size() < 9 || !same_text(rest.substr(0, 9), "boundary=")) continue;
        rest.remove_prefix(9);
        std::string_view boundary;
        if (!rest.empty() && rest.front() == '"')
            boundary = rest.substr(1, rest.find('"', 1) - 1);
        else
            boundary = trimmed(rest.substr(0, rest.find(';')));
        constexpr std::string_view lawful =
            "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'()+_,-./:=? ";
        if (boundary.empty() || boundary.size() > 70 || boundary.back() == ' ' ||
            boundary.find_first_not_of(lawful) != std::string_view::npos)
            return {};
        return boundary;
    }
    return {};
}

void sweep_uploads(const std::string& folder, Time now) {
    DIR* dir = opendir(folder.c_str());
    if (dir == nullptr) return;  // the caller has just checked that it can write there
    while (const dirent* entry = readdir(dir)) {
        const std::string_view name = entry->d_name;
        if (name.substr(0, upload_prefix.size()) != upload_prefix) continue;
        struct stat info {};
        if (fstatat(dirfd(dir), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) continue;
        if (S_ISREG(info.st_mode) && now.ms / 1000 - info.st_mtime > 86'400) unlinkat(dirfd(dir), entry->d_name, 0);
    }
    closedir(dir);
}

bool UploadRoom::disk_has(std::uint64_t bytes) const noexcept {
    struct statvfs disk {};
    if (::statvfs(folder_.c_str(), &disk) != 0) return true;  // the write itself will tell
    const std::uint64_t free = disk.f_bavail * disk.f_frsize, all = disk.f_blocks * disk.f_frsize;
    return free >= bytes + std::min(spare_bytes_, all / 20);
}

Refusal UploadRoom::fits(std::uint64_t bytes) const noexcept {
    if (used() + bytes > bytes_max_) return {503, "busy"};
    return disk_has(bytes) ? Refusal{} : Refusal{507, "no_space"};
}

Refusal UploadRoom::take(std::uint64_t bytes) noexcept {
    if (used_.fetch_add(bytes, std::memory_order_relaxed) + bytes > bytes_max_) {
        give_back(bytes);
        return {503, "busy"};
    }
    if (since_look_.fetch_add(bytes, std::memory_order_relaxed) + bytes < look_every) return {};
    if (disk_has(bytes)) {
        since_look_ = 0;  // not before: while the disk is full, everybody is told
        return {};
    }
    give_back(bytes);
    return {507, "no_space"};
}

Multipart::Multipart(std::string_view boundary, const BodyRule& rule, std::size_t part_head_bytes,
                     std::function<std::string()> name, std::shared_ptr<UploadRoom> room)
    : boundary_("\r\n--" + std::string(boundary)),
      rule_(rule),
      part_head_bytes_(part_head_bytes),
      name_(std::move(name)),
      room_(std::move(room)),
      pending_("\r\n") {}  // so that the first boundary looks like every other

Multipart::~Multipart() {
    if (fd_ >= 0) ::close(fd_);
}

Refusal Multipart::open_file() {
    Part& part = parts_.back();
    part.path = name_();
    fd_ = ::open(part.path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd_ < 0) return {507, "no_space"};
    const std::string path = part.path;
    taken_ = std::make_shared<std::uint64_t>(0);
    part.keep = std::shared_ptr<const void>(nullptr, [path, room = room_, taken = taken_](const void*) {
        ::unlink(path.c_str());
        if (room) room->give_back(*taken);
    });
    return {};
}

Refusal Multipart::read_head(std::string_view head) {
    if (parts_.size() >= rule_.part_count) return too_large;
    Part part;
    bool named = false;
    bool is_file = false;
    while (!head.empty()) {
        const std::size_t end = head.find("\r\n");
        const std::string_view line = head.substr(0, end);
        head = end == std::string_view::npos ? std::string_view{} : head.substr(end + 2);
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || line.front() == ' ' || line.front() == '\t') return bad_multipart;
        const std::string_view name = line.substr(0, colon);
        const std::string_view value = trimmed(line.substr(colon + 1));
        if (!is_plain_text(value)) return bad_multipart;
        if (same_text(name, "content-type")) part.content_type = value;
        if (!same_text(name, "content-disposition")) continue;
        const std::size_t semicolon = value.find(';');
        if (named || semicolon == std::string_view::npos ||
            !same_text(trimmed(value.substr(0, semicolon)), "form-data"))
            return bad_multipart;
        const auto parameters = read_parameters(value.substr(semicolon));
        if (!parameters) return bad_multipart;
        const std::string* field = parameter(*parameters, "name");
        const std::string* file = parameter(*parameters, "filename");
        if (field == nullptr || field->empty()) return bad_multipart;
        part.name = *field;
        if (file != nullptr) part.filename = base_name(*file);
        is_file = file != nullptr;
        named = true;
    }
    if (!named) return bad_multipart;
    parts_.push_back(std::move(part));
    state_ = is_file ? State::file : State::field;
    return is_file ? open_file() : Refusal{};
}

Refusal Multipart::write(std::string_view bytes) {
    Part& part = parts_.back();
    part.size += bytes.size();
    if (part.size > (state_ == State::file ? rule_.part_limit_bytes : rule_.field_limit_bytes)) return too_large;
    if (state_ == State::field) {
        part.value += bytes;
        return {};
    }
    if (room_) {
        if (const Refusal refusal = room_->take(bytes.size())) return refusal;
        *taken_ += bytes.size();
    }
    return disk::write_whole(Files::real(), fd_, bytes) ? Refusal{} : Refusal{507, "no_space"};
}

Refusal Multipart::close_part() {
    if (state_ != State::file) return {};
    const int failed = ::close(std::exchange(fd_, -1));
    return failed == 0 ? Refusal{} : Refusal{507, "no_space"};
}

// What follows a boundary: a line break and a part, or `--` and the end.
Refusal Multipart::after_boundary(std::string_view rest, std::size_t& used, bool& wait) {
    wait = rest.size() < 2;
    if (wait) return {};
    used = 2;
    if (const Refusal refusal = close_part()) return refusal;
    if (rest.substr(0, 2) == "--")
        state_ = State::closed;
    else if (rest.substr(0, 2) == "\r\n")
        state_ = State::head;
    else
        return bad_multipart;
    return {};
}

Refusal Multipart::take(std::string_view bytes) {
    pending_ += bytes;
    std::size_t at = 0;
    for (bool wait = false; !wait;) {
        const std::string_view rest = std::string_view(pending_).substr(at);
        Refusal refusal;
        std::size_t used = 0;
        if (state_ == State::closed) {
            if (rest != "" && rest != "\r" && rest != "\r\n") return bad_multipart;
            wait = true;
        } else if (state_ == State::head) {
            const std::size_t end = rest.find("\r\n\r\n");
            wait = end == std::string_view::npos;
            if ((wait ? rest.size() : end) > part_head_bytes_) return bad_multipart;
            if (!wait) {
                used = end + 4;
                refusal = read_head(rest.substr(0, end));
            }
        } else {
            const std::size_t end = rest.find(boundary_);
            const bool found = end != std::string_view::npos;
            // Without a boundary, everything but its possible beginning is data.
            const std::size_t data = found ? end : rest.size() - std::min(rest.size(), boundary_.size() - 1);
            if (state_ == State::open) {
                if (found ? end != 0 : data != 0) return bad_multipart;
            } else if (data > 0) {
                refusal = write(rest.substr(0, data));
            }
            wait = !found;
            used = data;
            if (found && !refusal) {
                std::size_t more = 0;
                refusal = after_boundary(rest.substr(data + boundary_.size()), more, wait);
                if (!wait) used += boundary_.size() + more;
            }
        }
        if (refusal) return refusal;
        at += used;
    }
    pending_.erase(0, at);
    return {};
}

Refusal Multipart::finish() { return state_ == State::closed ? Refusal{} : bad_multipart; }

}  // namespace yuanliu::http
