// The schemas of Records. A Record reads differently in a body and in an answer: in a body optional fields may be left
// out and unknown ones are refused; in an answer every field stands, secrets excepted. Where both are asked for and
// differ, the body's schema is called …In.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "platform/describe/record.hpp"
#include "platform/openapi/openapi.hpp"

namespace yuanliu {

class Schemas {
 public:
    enum class Way { in, out };

    Schemas(const Words& words, Locale locale) : words_(words), locale_(locale) {}

    // Announces a use of the Record, and of all Records inside it. All uses come before the first ref().
    void use(const Record& record, Way way);
    // Gives every used Record its component name.
    void name_all();
    std::string ref(const Record& record, Way way) const;

    // The schema of one field as a component or a parameter shows it; `record` and `field` find its words.
    void field(JsonWriter& w, const Type& type, Way way, std::string_view record, std::string_view field) const;
    // As a parameter: text without null, description and example.
    void parameter(JsonWriter& w, const Type& type) const;
    // Members of components.schemas, by name.
    void components(JsonWriter& w) const;

    void describe(JsonWriter& w, const Type& type, std::string_view record, std::string_view field) const;
    // The example in the words, as JSON of that type; empty when there is none.
    std::string example(const Type& type, std::string_view record, std::string_view field) const;

 private:
    void body(JsonWriter& w, const Type& type, Way way, bool nullable) const;
    void number(JsonWriter& w, const Type& type) const;
    void text(JsonWriter& w, const Type& type, Way way) const;
    void choice(JsonWriter& w, const Type& type, bool nullable) const;
    void component(JsonWriter& w, const Record& record, Way way) const;

    const Words& words_;
    Locale locale_;
    std::map<const Record*, std::set<Way>> used_;
    std::map<std::pair<const Record*, Way>, std::string> names_;
};

}  // namespace yuanliu
