// The heads of JPEG (ITU T.81, EXIF 2.3), PNG and WebP (RIFF) files, read with no more trust than strangers deserve.
#include <algorithm>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "platform/vision/picture.hpp"

namespace yuanliu::vision {
namespace {

// Without a word for the log: it is the stranger's file, and the log is ours.
Error unreadable_picture() { return invalid("vision.unreadable"); }

// Numbers at any place of some bytes; beyond their end is a broken file.
class Bytes {
 public:
    explicit Bytes(std::string_view bytes) : bytes_(bytes) {}
    std::size_t size() const { return bytes_.size(); }
    std::string_view part(std::size_t at, std::size_t size) const {
        if (at > bytes_.size() || size > bytes_.size() - at) throw unreadable_picture();  // its head is cut off
        return bytes_.substr(at, size);
    }
    std::uint32_t big(std::size_t at, std::size_t size) const {
        std::uint32_t value = 0;
        for (const char c : part(at, size)) value = value << 8 | static_cast<unsigned char>(c);
        return value;
    }
    std::uint32_t little(std::size_t at, std::size_t size) const {
        std::uint32_t value = 0;
        const auto bytes = part(at, size);
        for (std::size_t i = size; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
        return value;
    }

 private:
    std::string_view bytes_;
};

// The orientation in a TIFF block: tag 0x0112 of the first directory. A block that makes no sense says nothing.
int orientation_of(std::string_view tiff) {
    constexpr std::uint32_t tag = 0x0112;
    constexpr std::size_t entry_bytes = 12;
    try {
        const Bytes bytes(tiff);
        const bool little = bytes.part(0, 2) == "II";
        if (!little && bytes.part(0, 2) != "MM") return 1;
        const auto number = [&](std::size_t at, std::size_t size) {
            return little ? bytes.little(at, size) : bytes.big(at, size);
        };
        const std::size_t directory = number(4, 4);
        const std::size_t entries = number(directory, 2);
        for (std::size_t i = 0; i < entries; ++i) {
            const std::size_t entry = directory + 2 + i * entry_bytes;
            if (number(entry, 2) != tag) continue;
            const int value = int(number(entry + 8, 2));
            return value >= 1 && value <= 8 ? value : 1;
        }
    } catch (const Error&) {
        return 1;
    }
    return 1;
}

constexpr std::string_view exif_mark{"Exif\0\0", 6};

// Frames of every kind carry the size in the same place; 0xC4, 0xC8 and 0xCC are no frames.
bool starts_frame(std::uint32_t marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

// Whether more than one scan follows `at`, the first byte after a scan's head. Walks from marker to marker as libjpeg
// does: data never contain FF but as FF 00 and restart marks, and whatever else comes has a length. Ends at the
// picture's end; behind it phones put other pictures.
bool has_further_scans(std::string_view file, std::size_t at) {
    int scans = 0;
    const Bytes bytes(file);
    while ((at = file.find('\xFF', at)) != std::string_view::npos && at + 4 <= file.size()) {
        const std::uint32_t marker = bytes.big(at + 1, 1);
        const bool restart = marker >= 0xD0 && marker <= 0xD7;
        if (marker == 0xD9) break;
        if (marker == 0xFF) {
            ++at;
        } else if (marker <= 1 || restart) {
            at += 2;
        } else {
            if (marker == 0xDA && ++scans >= scans_max) throw unreadable_picture();  // it has too many scans
            at += 2 + bytes.big(at + 2, 2);
        }
    }
    return scans > 0;
}

Header jpeg_header(std::string_view file) {
    const Bytes bytes(file);
    Header header;
    header.format = Format::jpeg;
    for (std::size_t at = 2;;) {
        if (bytes.big(at, 1) != 0xFF) throw unreadable_picture();  // no marker where one must stand
        const std::uint32_t marker = bytes.big(at + 1, 1);
        if (marker == 0xFF) {  // filling
            ++at;
            continue;
        }
        const std::size_t size = bytes.big(at + 2, 2);
        if (size < 2) throw unreadable_picture();  // a segment without a length
        const auto body = bytes.part(at + 4, size - 2);
        if (starts_frame(marker)) {
            header.height = int(bytes.big(at + 5, 2));
            header.width = int(bytes.big(at + 7, 2));
        }
        if (marker == 0xE1 && body.starts_with(exif_mark)) header.orientation = orientation_of(body.substr(6));
        if (marker == 0xDA) {
            header.whole = has_further_scans(file, at + 2 + size);
            return header;
        }
        at += 2 + size;
    }
}

Header png_header(std::string_view file) {
    constexpr std::size_t first_chunk = 8, chunk_frame = 12;
    const Bytes bytes(file);
    if (bytes.part(first_chunk + 4, 4) != "IHDR") throw unreadable_picture();  // a PNG without IHDR
    Header header;
    header.format = Format::png;
    header.whole = true;
    header.width = int(std::min<std::uint32_t>(bytes.big(first_chunk + 8, 4), 1U << 30));
    header.height = int(std::min<std::uint32_t>(bytes.big(first_chunk + 12, 4), 1U << 30));
    // The orientation may stand in any chunk before the first of the data.
    for (std::size_t at = first_chunk; at + chunk_frame <= bytes.size();) {
        const std::size_t size = bytes.big(at, 4);
        const auto name = bytes.part(at + 4, 4);
        if (name == "IDAT") break;
        if (name == "eXIf") header.orientation = orientation_of(bytes.part(at + 8, size));
        at += chunk_frame + size;
    }
    return header;
}

// The three kinds of WebP say their size in three ways. A still picture only: an animation is no photo.
Header webp_header(std::string_view file) {
    constexpr std::size_t first_chunk = 12, chunk_frame = 8;
    const Bytes bytes(file);
    Header header;
    header.format = Format::webp;
    header.whole = true;
    const auto kind = bytes.part(first_chunk, 4);
    const std::size_t body = first_chunk + chunk_frame;
    if (kind == "VP8 ") {
        header.width = int(bytes.little(body + 6, 2) & 0x3FFF);
        header.height = int(bytes.little(body + 8, 2) & 0x3FFF);
    } else if (kind == "VP8L") {
        const std::uint32_t sizes = bytes.little(body + 1, 4);
        header.width = int(sizes & 0x3FFF) + 1;
        header.height = int(sizes >> 14 & 0x3FFF) + 1;
    } else if (kind == "VP8X") {
        constexpr std::uint32_t animated = 2;
        if ((bytes.big(body, 1) & animated) != 0) throw unreadable_picture();  // an animation
        header.width = int(bytes.little(body + 4, 3)) + 1;
        header.height = int(bytes.little(body + 7, 3)) + 1;
    } else {
        throw unreadable_picture();  // a WebP of no known kind
    }
    for (std::size_t at = first_chunk; at + chunk_frame <= bytes.size();) {
        const std::size_t size = bytes.little(at + 4, 4);
        if (bytes.part(at, 4) == "EXIF") {
            auto block = bytes.part(at + chunk_frame, std::min(size, bytes.size() - at - chunk_frame));
            if (block.starts_with(exif_mark)) block.remove_prefix(exif_mark.size());
            header.orientation = orientation_of(block);
        }
        at += chunk_frame + size + size % 2;
    }
    return header;
}

std::optional<Format> format_of(std::string_view bytes) {
    if (bytes.starts_with("\xFF\xD8\xFF")) return Format::jpeg;
    if (bytes.starts_with(std::string_view("\x89PNG\r\n\x1A\n", 8))) return Format::png;
    if (bytes.size() >= 12 && bytes.starts_with("RIFF") && bytes.substr(8, 4) == "WEBP") return Format::webp;
    return std::nullopt;
}

}  // namespace

Header read_header(std::string_view bytes) {
    const auto format = format_of(bytes);
    if (!format) throw Error(Fault::unsupported, "vision.not_a_picture");
    const Header header = *format == Format::jpeg  ? jpeg_header(bytes)
                          : *format == Format::png ? png_header(bytes)
                                                   : webp_header(bytes);
    if (header.width <= 0 || header.height <= 0) throw unreadable_picture();  // it has no size
    const std::int64_t pixels = std::int64_t{header.width} * header.height;
    const std::int64_t most = header.whole ? pixels_whole_max : pixels_max;
    if (pixels > most)
        throw Error(Fault::too_large, "vision.too_many_pixels", {{"max", std::to_string(most / 1'000'000)}});
    return header;
}

}  // namespace yuanliu::vision
