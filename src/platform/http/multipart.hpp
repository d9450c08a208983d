// Reads a multipart/form-data body as it arrives: fields into memory, files onto the disk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
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

class Multipart {
 public:
    // `name` makes a fresh file path in the upload folder for each file.
    Multipart(std::string_view boundary, const BodyRule& rule, std::size_t part_head_bytes,
              std::function<std::string()> name);
    ~Multipart();
    Multipart(const Multipart&) = delete;
    Multipart& operator=(const Multipart&) = delete;

    // 400 http.bad_multipart, 413 http.too_large, 507 no_space.
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
    State state_ = State::open;
    std::string pending_;
    std::vector<Part> parts_;
    int fd_ = -1;
};

}  // namespace yuanliu::http
