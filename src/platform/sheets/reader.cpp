#include "platform/sheets/reader.hpp"

#include <filesystem>
#include <fstream>

#include "base/error.hpp"

namespace yuanliu::sheets {
namespace {

std::string first_bytes(const std::string& path, std::size_t n) {
    std::ifstream file(path, std::ios::binary);
    std::string out(n, '\0');
    file.read(out.data(), std::streamsize(n));
    out.resize(std::size_t(file.gcount()));
    return out;
}

std::string whole(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string out{std::istreambuf_iterator<char>(file), {}};
    if (!file.good() && !file.eof()) throw internal("cannot read " + path);
    return out;
}

constexpr std::string_view zip_mark("PK\x03\x04", 4), ole_mark("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8);

}  // namespace

FileKind kind_of(const std::string& path) {
    const auto head = first_bytes(path, 512);
    if (head.starts_with(zip_mark)) return FileKind::xlsx;
    if (head.starts_with(ole_mark)) throw Error(Fault::unsupported, "sheets.old_format");
    // A text has no zero byte, unless it is UTF-16, which says so at its beginning.
    const bool wide = head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF");
    if (!wide && head.find('\0') != std::string::npos) throw Error(Fault::unsupported, "sheets.not_a_sheet");
    if (head.starts_with("%PDF") || head.starts_with("\x89PNG") || head.starts_with("\xFF\xD8\xFF"))
        throw Error(Fault::unsupported, "sheets.not_a_sheet");
    return FileKind::csv;
}

void read(const std::string& path, const ReadLimits& limits, const OnRow& on_row) {
    std::error_code failed;
    const auto size = std::filesystem::file_size(path, failed);
    if (failed) throw internal("cannot read " + path + ": " + failed.message());
    if (size > limits.file_bytes)
        throw Error(Fault::too_large, "sheets.too_large", {{"max", std::to_string(limits.file_bytes >> 20)}});
    if (kind_of(path) == FileKind::xlsx) return read_xlsx(path, limits, on_row);
    read_csv(to_utf8(whole(path)), limits, on_row);
}

}  // namespace yuanliu::sheets
