// Format: PKWARE APPNOTE 6.3 (records 4.3.7, 4.3.12 to 4.3.16; ZIP64 extra 4.5.3) and Info-ZIP's "UT" time field.
#include "platform/print/zip.hpp"

#include <zlib.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/time.hpp"
#include "platform/print/out_file.hpp"

namespace yuanliu::print {

namespace {

constexpr std::uint32_t max32 = 0xffffffff;
constexpr std::uint16_t version_plain = 20;
constexpr std::uint16_t version_zip64 = 45;
constexpr std::uint16_t unix_made = 3 << 8;
constexpr std::uint32_t regular_0644 = 0100644U << 16;
constexpr std::uint16_t utf8_names = 1 << 11;

// Little-endian fields one after another.
class Bytes {
 public:
    Bytes& u8(std::uint8_t v) { return put(v, 1); }
    Bytes& u16(std::uint64_t v) { return put(v, 2); }
    Bytes& u32(std::uint64_t v) { return put(v, 4); }
    Bytes& u64(std::uint64_t v) { return put(v, 8); }
    Bytes& text(std::string_view v) {
        out_ += v;
        return *this;
    }
    const std::string& str() const { return out_; }

 private:
    Bytes& put(std::uint64_t v, int bytes) {
        for (int i = 0; i < bytes; ++i) out_ += static_cast<char>(v >> (8 * i));
        return *this;
    }
    std::string out_;
};

// MS-DOS date (high half) and time, which begin in 1980 and count two seconds a step; UTC, as they name no zone.
std::uint32_t dos_time(Time time) {
    const std::int64_t ms = std::max<std::int64_t>(time.ms, 315'532'800'000);
    const Civil date = civil_from_days(static_cast<std::int32_t>(ms / day_ms));
    const auto second = static_cast<std::uint32_t>(ms % day_ms / second_ms);
    const auto years = static_cast<std::uint32_t>(std::min(date.year - 1980, 127));
    return years << 25 | static_cast<std::uint32_t>(date.month) << 21 | static_cast<std::uint32_t>(date.day) << 16 |
           second / 3600 << 11 | second / 60 % 60 << 5 | second % 60 / 2;
}

void check_name(std::string_view name) {
    const auto refuse = [&] { return invalid("print.bad_member_name", {{"name", std::string(name)}}); };
    if (name.empty() || name.size() > 1000 || name.front() == '/') throw refuse();
    if (std::ranges::any_of(name, [](unsigned char c) { return c < 0x20 || c == 0x7f || c == '\\'; })) throw refuse();
    for (std::size_t at = 0; at <= name.size();) {
        const std::size_t end = std::min(name.find('/', at), name.size());
        if (const std::string_view step = name.substr(at, end - at); step.empty() || step == "." || step == "..")
            throw refuse();
        at = end + 1;
    }
}

// A raw deflate stream kept for all members.
class Deflater {
 public:
    Deflater() {
        if (deflateInit2(&stream_, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
            throw internal("deflateInit2 failed");
    }
    ~Deflater() { deflateEnd(&stream_); }
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;

    std::string pack(std::string_view raw) {
        deflateReset(&stream_);
        std::string out(deflateBound(&stream_, raw.size()), '\0');
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(raw.data()));
        stream_.avail_in = static_cast<uInt>(raw.size());
        stream_.next_out = reinterpret_cast<Bytef*>(out.data());
        stream_.avail_out = static_cast<uInt>(std::min<std::size_t>(out.size(), max32));
        if (deflate(&stream_, Z_FINISH) != Z_STREAM_END) throw internal("deflate did not finish");
        out.resize(stream_.total_out);
        return out;
    }

 private:
    z_stream stream_{};
};

}  // namespace

struct ZipWriter::Body {
    Body(std::string path, Time modified)
        : out(path), directory(path), dos(dos_time(modified)), unix_s(static_cast<std::uint32_t>(modified.ms / 1000)) {}

    OutFile out;
    SpillFile directory;
    std::unique_ptr<Deflater> deflater;  // made by the first member that wants it
    std::uint32_t dos;
    std::uint32_t unix_s;
    std::uint64_t members = 0;

    // The fields that the local and the central header share, from "flags" to "length of extra".
    void common(Bytes& to, bool packed, std::uint32_t crc, std::uint64_t size, std::uint64_t raw_size,
                std::size_t name_length, std::size_t extra_length) const {
        to.u16(utf8_names).u16(packed ? 8 : 0).u32(dos).u32(crc).u32(size).u32(raw_size);
        to.u16(name_length).u16(extra_length);
    }
    Bytes extra_time() const { return Bytes().u16(0x5455).u16(5).u8(1).u32(unix_s); }
};

ZipWriter::ZipWriter(std::string path, Time modified) : body_(std::make_unique<Body>(std::move(path), modified)) {}
ZipWriter::~ZipWriter() = default;

std::uint64_t ZipWriter::members() const { return body_->members; }

void ZipWriter::add(std::string_view name, std::string_view content, ZipMethod method) {
    check_name(name);
    if (content.size() >= max32 - 1024) throw Error(Fault::too_large, "print.member_too_large");
    const auto crc =
        static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(content.data()), content.size()));
    std::string deflated;
    if (method == ZipMethod::deflate) {
        if (!body_->deflater) body_->deflater = std::make_unique<Deflater>();
        deflated = body_->deflater->pack(content);
    }
    const bool packed = method == ZipMethod::deflate && deflated.size() < content.size();
    const std::string_view bytes = packed ? std::string_view(deflated) : content;

    const std::uint64_t offset = body_->out.size();
    Bytes extra = body_->extra_time();
    Bytes local;
    local.u32(0x04034b50).u16(version_plain);
    body_->common(local, packed, crc, bytes.size(), content.size(), name.size(), extra.str().size());
    body_->out.write(local.text(name).text(extra.str()).str());
    body_->out.write(bytes);

    const bool far = offset >= max32;
    if (far) extra.u16(1).u16(8).u64(offset);
    Bytes central;
    central.u32(0x02014b50).u16(unix_made | version_zip64).u16(far ? version_zip64 : version_plain);
    body_->common(central, packed, crc, bytes.size(), content.size(), name.size(), extra.str().size());
    central.u16(0).u16(0).u16(0).u32(regular_0644).u32(far ? max32 : offset);  // no comment, disk 0, binary
    body_->directory.write(central.text(name).text(extra.str()).str());
    ++body_->members;
}

void ZipWriter::finish() {
    const std::uint64_t start = body_->out.size();
    const std::uint64_t size = body_->directory.size();
    body_->directory.copy_to(body_->out);
    const std::uint64_t members = body_->members;
    Bytes end;
    if (members >= 0xffff || start >= max32 || size >= max32) {
        const std::uint64_t record = body_->out.size();
        end.u32(0x06064b50).u64(44).u16(unix_made | version_zip64).u16(version_zip64).u32(0).u32(0);
        end.u64(members).u64(members).u64(size).u64(start);
        end.u32(0x07064b50).u32(0).u64(record).u32(1);
    }
    const std::uint64_t members16 = std::min<std::uint64_t>(members, 0xffff);
    end.u32(0x06054b50).u16(0).u16(0).u16(members16).u16(members16);
    end.u32(std::min<std::uint64_t>(size, max32)).u32(std::min<std::uint64_t>(start, max32)).u16(0);
    body_->out.write(end.str());
    body_->out.commit();
}

}  // namespace yuanliu::print
