// Reads a multipart/form-data body as it arrives: fields into memory, files onto the disk.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "platform/http/framing.hpp"
#include "platform/http/http.hpp"

namespace yuanliu::http {

// The boundary of a Content-Type, or an empty view when it is not multipart/form-data or the boundary is not lawful.
std::string_view multipart_boundary(std::string_view content_type);

// Removes uploads that a crash left in `folder` more than a day ago.
void sweep_uploads(const std::string& folder, Time now);

// What uploads may take of the disk, all together. Thread-safe; whoever holds some of it keeps it alive.
class UploadRoom {
 public:
    // At most `bytes_max`, and the disk of `folder` keeps `spare_bytes` free, or a twentieth if that is less.
    UploadRoom(std::string folder, std::uint64_t bytes_max, std::uint64_t spare_bytes)
        : folder_(std::move(folder)), bytes_max_(bytes_max), spare_bytes_(spare_bytes) {}
    // Whether so much more would fit: 503 busy, 507 no_space. Takes nothing.
    Refusal fits(std::uint64_t bytes) const noexcept;
    // The same, and takes it. The disk is only asked once in `look_every` bytes.
    Refusal take(std::uint64_t bytes) noexcept;
    void give_back(std::uint64_t bytes) noexcept { used_.fetch_sub(bytes, std::memory_order_relaxed); }
    std::uint64_t used() const noexcept { return used_.load(std::memory_order_relaxed); }

    static constexpr std::uint64_t look_every = 4 << 20;

 private:
    bool disk_has(std::uint64_t bytes) const noexcept;

    const std::string folder_;
    const std::uint64_t bytes_max_, spare_bytes_;
    std::atomic<std::uint64_t> used_{0}, since_look_{look_every};
};

class Multipart {
 public:
    // `name` makes a fresh file path in the upload folder for each file.
    Multipart(std::string_view boundary, const BodyRule& rule, std::size_t part_head_bytes,
              std::function<std::string()> name, std::shared_ptr<UploadRoom> room = {});
    ~Multipart();
    Multipart(const Multipart&) = delete;
    Multipart& operator=(const Multipart&) = delete;

    // 400 http.bad_multipart, 413 http.too_large, 503 busy, 507 no_space.
    Refusal take(std::string_view bytes);
    // After the last byte: refused unless the closing boundary has come.
    Refusal finish();
    std::vector<Part>& parts() { return parts_; }

 private:
    enum class State { open, head, field, file, closed };

    Refusal read_head(std::string_view head);
    Refusal open_file();
    Refusal write(std::string_view bytes);
    Refusal close_part();
    Refusal after_boundary(std::string_view rest, std::size_t& used, bool& wait);

    const std::string boundary_;  // "\r\n--boundary"
    const BodyRule& rule_;
    const std::size_t part_head_bytes_;
    const std::function<std::string()> name_;
    const std::shared_ptr<UploadRoom> room_;
    State state_ = State::open;
    std::string pending_;
    std::vector<Part> parts_;
    int fd_ = -1;
    std::shared_ptr<std::uint64_t> taken_;  // of the room, by the file that is open; its deleter gives it back
};

}  // namespace yuanliu::http
