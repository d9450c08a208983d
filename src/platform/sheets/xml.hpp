// A part of an XLSX read as a stream: unpacked piece by piece, parsed piece by piece, never held as a whole.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "platform/sheets/reader.hpp"

struct zip;

namespace yuanliu::sheets {

// The attributes of an element, while it begins.
class Attributes {
 public:
    explicit Attributes(const char** pairs) : pairs_(pairs) {}
    // The value under this name, whatever its namespace prefix; empty when there is none.
    std::string_view get(std::string_view name) const;

 private:
    const char** pairs_;
};

// What a part has to say. Names come without their namespace prefix.
class XmlHandler {
 public:
    virtual ~XmlHandler() = default;
    virtual void begin(std::string_view name, const Attributes& attributes) = 0;
    virtual void text(std::string_view) {}
    virtual void end(std::string_view) {}
    bool stopped = false;  // set it, and the rest of the part is not read
};

// An opened archive.
class Archive {
 public:
    // Throws unreadable `sheets.broken`, unsupported `sheets.old_format` for one that is encrypted.
    Archive(const std::string& path, const ReadLimits& limits);
    ~Archive();
    Archive(const Archive&) = delete;

    bool has(const std::string& part) const;
    // Throws unreadable `sheets.broken` for a part that is missing or no XML (or XML with a document type, which no
    // spreadsheet has and attacks need); too_large `sheets.too_large` for one that unpacks beyond the limit. What the
    // handler throws comes through.
    void parse(const std::string& part, XmlHandler& handler) const;

 private:
    const ReadLimits& limits_;
    zip* zip_ = nullptr;
};

}  // namespace yuanliu::sheets
