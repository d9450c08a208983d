// The two picture forms of a QR symbol.
#include <zlib.h>

#include <array>
#include <cstring>

#include "base/error.hpp"
#include "platform/print/qr.hpp"

namespace yuanliu::print {

namespace {

// Setting a deflate stream up costs more than packing one small picture, so each thread keeps one.
class Packer {
 public:
    Packer() {
        // Rows below the first of a module are all zero after the Up filter: run lengths say nearly everything.
        if (deflateInit2(&stream_, 6, Z_DEFLATED, 13, 7, Z_RLE) != Z_OK) throw internal("deflateInit2 failed");
    }
    ~Packer() { deflateEnd(&stream_); }
    Packer(const Packer&) = delete;
    Packer& operator=(const Packer&) = delete;

    // Appends the zlib form of `raw` to `out`.
    void pack(const std::string& raw, std::string& out) {
        deflateReset(&stream_);
        const std::size_t old_size = out.size();
        out.resize(old_size + deflateBound(&stream_, raw.size()));
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(raw.data()));
        stream_.avail_in = static_cast<uInt>(raw.size());
        stream_.next_out = reinterpret_cast<Bytef*>(out.data() + old_size);
        stream_.avail_out = static_cast<uInt>(out.size() - old_size);
        if (deflate(&stream_, Z_FINISH) != Z_STREAM_END) throw internal("deflate did not finish");
        out.resize(out.size() - stream_.avail_out);
    }

 private:
    z_stream stream_{};
};

void put_u32(std::string& out, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
}

// Ends the chunk that began at `start` (its four bytes of length are still blank) with length and checksum.
void close_chunk(std::string& out, std::size_t start) {
    const std::size_t length = out.size() - start - 8;
    for (int i = 0; i < 4; ++i) out[start + i] = static_cast<char>(length >> (24 - 8 * i));
    const auto* bytes = reinterpret_cast<const Bytef*>(out.data() + start + 4);
    put_u32(out, static_cast<std::uint32_t>(crc32(0, bytes, static_cast<uInt>(length + 4))));
}

std::size_t open_chunk(std::string& out, const char* type) {
    const std::size_t start = out.size();
    out.append(4, '\0').append(type, 4);
    return start;
}

// One row of pixels for every row of modules, quiet zone included; a set bit is white. Every row after the first of a
// module repeats it, which the PNG filter "Up" writes as zeros.
std::string raw_rows(const QrMatrix& matrix, int scale) {
    const int side = matrix.size + 2 * qr_quiet_modules;
    const std::size_t row_bytes = (static_cast<std::size_t>(side) * scale + 7) / 8;
    std::string raw;
    raw.reserve((row_bytes + 1) * side * scale);
    std::string row(row_bytes, '\0');
    for (int y = -qr_quiet_modules; y < matrix.size + qr_quiet_modules; ++y) {
        std::memset(row.data(), 0xff, row.size());
        for (int x = 0; x < matrix.size; ++x) {
            if (!matrix.dark(x, y)) continue;
            int pixel = (x + qr_quiet_modules) * scale;
            for (const int end = pixel + scale; pixel < end; ++pixel) row[pixel / 8] &= ~(0x80 >> (pixel % 8));
        }
        raw += '\0';
        raw += row;
        for (int repeat = 1; repeat < scale; ++repeat) raw.append(1, '\2').append(row_bytes, '\0');
    }
    return raw;
}

void check_scale(int scale) {
    if (scale < 1) throw invalid_field("scale", "field.too_small", {{"min", "1"}});
    if (scale > 64) throw invalid_field("scale", "field.too_large", {{"max", "64"}});
}

}  // namespace

std::string qr_png(const QrMatrix& matrix, int scale) {
    check_scale(scale);
    thread_local Packer packer;
    const auto side = static_cast<std::uint32_t>((matrix.size + 2 * qr_quiet_modules) * scale);
    std::string out("\x89PNG\r\n\x1a\n", 8);
    std::size_t chunk = open_chunk(out, "IHDR");
    put_u32(out, side);
    put_u32(out, side);
    out.append("\1\0\0\0\0", 5);  // one bit, grey, deflate, adaptive filters, not interlaced
    close_chunk(out, chunk);
    chunk = open_chunk(out, "IDAT");
    packer.pack(raw_rows(matrix, scale), out);
    close_chunk(out, chunk);
    close_chunk(out, open_chunk(out, "IEND"));
    return out;
}

std::string qr_svg(const QrMatrix& matrix, int scale) {
    check_scale(scale);
    const int side = matrix.size + 2 * qr_quiet_modules;
    const std::string modules = std::to_string(side);
    const std::string pixels = std::to_string(side * scale);
    std::string out = R"(<svg xmlns="http://www.w3.org/2000/svg" width=")" + pixels + R"(" height=")" + pixels +
                      R"(" viewBox="0 0 )" + modules + " " + modules +
                      R"(" shape-rendering="crispEdges"><rect width="100%" height="100%" fill="#fff"/><path d=")";
    for (const auto& ring : outline_qr(matrix)) {
        out += 'M' + std::to_string(ring[0].x + qr_quiet_modules) + ' ' + std::to_string(ring[0].y + qr_quiet_modules);
        for (std::size_t i = 1; i < ring.size(); ++i) {
            const bool horizontal = i % 2 == 1;
            out += horizontal ? 'h' + std::to_string(ring[i].x - ring[i - 1].x)
                              : 'v' + std::to_string(ring[i].y - ring[i - 1].y);
        }
        out += 'z';
    }
    return out += "\"/></svg>\n";
}

}  // namespace yuanliu::print
