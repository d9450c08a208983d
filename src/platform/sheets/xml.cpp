#include "platform/sheets/xml.hpp"

#include <expat.h>
#include <zip.h>

#include <array>
#include <exception>

#include "base/error.hpp"

namespace yuanliu::sheets {
namespace {

constexpr std::size_t piece = 64 << 10;
constexpr zip_int64_t parts_max = 10'000;

std::string_view bare(std::string_view name) {
    const auto colon = name.rfind(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

// Expat is C: an exception must not pass through it, so it is kept and the parser stopped.
struct Bridge {
    XmlHandler& handler;
    XML_Parser parser;
    std::exception_ptr failure;

    template <class F>
    static void call(void* data, F&& f) {
        auto& self = *static_cast<Bridge*>(data);
        if (self.failure || self.handler.stopped) return;
        try {
            f(self.handler);
        } catch (...) {
            self.failure = std::current_exception();
        }
        if (self.failure || self.handler.stopped) XML_StopParser(self.parser, XML_FALSE);
    }
    static void begin(void* data, const char* name, const char** attributes) {
        call(data, [&](XmlHandler& h) { h.begin(bare(name), Attributes(attributes)); });
    }
    static void end(void* data, const char* name) {
        call(data, [&](XmlHandler& h) { h.end(bare(name)); });
    }
    static void text(void* data, const char* characters, int size) {
        call(data, [&](XmlHandler& h) { h.text({characters, std::size_t(size)}); });
    }
    static void doctype(void* data, const char*, const char*, const char*, int) {
        call(data, [](XmlHandler&) { throw unreadable("sheets.broken"); });
    }
};

struct CloseFile {
    void operator()(zip_file_t* file) const { zip_fclose(file); }
};

}  // namespace

std::string_view Attributes::get(std::string_view name) const {
    for (const char** pair = pairs_; *pair; pair += 2)
        if (bare(pair[0]) == name) return pair[1];
    return {};
}

Archive::Archive(const std::string& path, const ReadLimits& limits) : limits_(limits) {
    int code = 0;
    zip_ = zip_open(path.c_str(), ZIP_RDONLY, &code);
    if (!zip_) throw unreadable("sheets.broken");
    if (zip_get_num_entries(zip_, 0) <= parts_max) return;
    zip_discard(zip_);
    throw unreadable("sheets.broken");
}
Archive::~Archive() { zip_discard(zip_); }

bool Archive::has(const std::string& part) const { return zip_name_locate(zip_, part.c_str(), 0) >= 0; }

void Archive::parse(const std::string& part, XmlHandler& handler) const {
    auto too_large = [&] {
        return Error(Fault::too_large, "sheets.too_large", {{"max", std::to_string(limits_.file_bytes >> 20)}});
    };
    const auto at = zip_name_locate(zip_, part.c_str(), 0);
    zip_stat_t stat;
    if (at < 0 || zip_stat_index(zip_, zip_uint64_t(at), 0, &stat) != 0) throw unreadable("sheets.broken");
    if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) && stat.encryption_method != ZIP_EM_NONE)
        throw Error(Fault::unsupported, "sheets.old_format");
    if ((stat.valid & ZIP_STAT_SIZE) && stat.size > limits_.unpacked_bytes) throw too_large();
    std::unique_ptr<zip_file_t, CloseFile> file(zip_fopen_index(zip_, zip_uint64_t(at), 0));
    if (!file) throw unreadable("sheets.broken");

    std::unique_ptr<std::remove_pointer_t<XML_Parser>, decltype(&XML_ParserFree)> parser(XML_ParserCreate(nullptr),
                                                                                         &XML_ParserFree);
    Bridge bridge{handler, parser.get(), {}};
    XML_SetUserData(parser.get(), &bridge);
    XML_SetElementHandler(parser.get(), &Bridge::begin, &Bridge::end);
    XML_SetCharacterDataHandler(parser.get(), &Bridge::text);
    XML_SetStartDoctypeDeclHandler(parser.get(), &Bridge::doctype);
    std::array<char, piece> buffer;
    std::uint64_t unpacked = 0;
    for (;;) {
        const auto got = zip_fread(file.get(), buffer.data(), buffer.size());
        if (got < 0) throw unreadable("sheets.broken");  // the packed bytes or their checksum
        // What the archive says of its sizes is only a claim.
        unpacked += std::uint64_t(got);
        if (unpacked > limits_.unpacked_bytes) throw too_large();
        const bool good = XML_Parse(parser.get(), buffer.data(), int(got), got == 0) == XML_STATUS_OK;
        if (bridge.failure) std::rethrow_exception(bridge.failure);
        if (handler.stopped) return;
        if (!good) throw unreadable("sheets.broken");
        if (got == 0) return;
    }
}

}  // namespace yuanliu::sheets
