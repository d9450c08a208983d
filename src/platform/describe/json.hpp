// Strict JSON in: a read-only tree that remembers numbers as they were written, so that nothing is rounded on the way.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace yuanliu {

class JsonDocument;

// A value inside a document; cheap to copy, valid as long as the document lives.
class Json {
 public:
    enum class Kind : std::uint8_t { null, boolean, number, string, array, object };

    Kind kind() const;
    std::string_view text() const;  // a string's characters, a number's digits as sent, "true"/"false"
    std::size_t size() const;       // entries of an array or object

    // for (auto [key, value] : object) and for (auto [key, value] : array), where key is empty.
    struct Entry;
    class Iterator;
    Iterator begin() const;
    Iterator end() const;

 private:
    friend class JsonDocument;
    Json(const JsonDocument* document, std::uint32_t at) : document_(document), at_(at) {}
    const JsonDocument* document_;
    std::uint32_t at_;
};

// Owns the parsed bytes. Move-only; addresses inside stay valid when it is moved through its unique_ptr.
class JsonDocument {
 public:
    static constexpr int depth_max = 32;

    // Parses all of `bytes`. Throws Error(unreadable) `json.syntax`, `json.too_deep`, `json.bad_utf8` with the offset,
    // or `json.duplicate_key` naming the path of the key.
    static std::unique_ptr<JsonDocument> parse(std::string_view bytes);

    // A flat object of strings, as a query string is.
    static std::unique_ptr<JsonDocument> from_pairs(const std::vector<std::pair<std::string, std::string>>& pairs);

    Json root() const { return {this, 0}; }

 private:
    friend class Json;
    friend class Json::Iterator;
    friend class JsonBuilder;
    struct Node {
        Json::Kind kind;
        std::uint32_t size;  // entries below
        std::uint32_t next;  // index just past this value and all below it
        std::string_view text;
    };
    std::vector<Node> nodes_;
    std::string characters_;  // reserved once, so the views into it hold
};

class Json::Iterator {
 public:
    Entry operator*() const;
    Iterator& operator++();
    bool operator!=(const Iterator& other) const { return left_ != other.left_; }

 private:
    friend class Json;
    Iterator(const JsonDocument* document, std::uint32_t at, std::size_t left, bool keyed)
        : document_(document), at_(at), left_(left), keyed_(keyed) {}
    const JsonDocument* document_;
    std::uint32_t at_;
    std::size_t left_;
    bool keyed_;
};

struct Json::Entry {
    std::string_view key;
    Json value;
};

// JSON out: appends to a string, keeps commas right. Values are written straight from the fields, no tree between.
class JsonWriter {
 public:
    explicit JsonWriter(std::string& out) : out_(out) {}
    JsonWriter& begin_object() { return open('{'); }
    JsonWriter& end_object() { return close('}'); }
    JsonWriter& begin_array() { return open('['); }
    JsonWriter& end_array() { return close(']'); }
    JsonWriter& key(std::string_view name);
    JsonWriter& string(std::string_view text);
    JsonWriter& integer(std::int64_t number);
    JsonWriter& real(double number);  // null when not finite
    JsonWriter& boolean(bool value) { return raw(value ? "true" : "false"); }
    JsonWriter& null() { return raw("null"); }
    JsonWriter& raw(std::string_view json);  // already JSON

 private:
    JsonWriter& open(char bracket);
    JsonWriter& close(char bracket);
    void comma();
    std::string& out_;
    bool fresh_ = true;  // nothing written yet in this container, or a key was just written
};

}  // namespace yuanliu
