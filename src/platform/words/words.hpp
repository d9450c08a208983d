// What people read: messages, field names and choices in Chinese and English, from each module's words.tsv.
//
// A line is `key <tab> zh <tab> en [<tab> example]`. Keys: error.<code>, field.<name> or field.<Record>.<name>,
// choice.<name>.<value>, permission.<name>, setting.<key>, job.<kind>, schedule.<name>. One file feeds error answers,
// OpenAPI and the console.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "platform/auth/actor.hpp"

namespace yuanliu {

struct Word {
    std::string zh, en, example;
    const std::string& in(Locale locale) const { return locale == Locale::zh ? zh : en; }
};

// Immutable once loaded; thread-safe.
class Words {
 public:
    // Adds a file's lines. Throws internal naming file and line for a key twice or a line without both languages.
    void add(std::string_view file, std::string_view text);

    const Word* find(std::string_view key) const;
    // The message of an error with its {holes} filled; {state|units.status} is filled with the word of that choice. An
    // unknown code speaks for itself (the contract test refuses it).
    std::string message(Locale locale, std::string_view code, const Error::Args& args) const;
    // The text of any key with its {holes} filled; an unknown key speaks for itself.
    std::string text(Locale locale, std::string_view key, const Error::Args& args) const;
    // The word for a value of an enumeration, such as "units.status"; the value itself when there is none.
    std::string choice(Locale locale, std::string_view of, std::string_view value) const;
    // Every key, for the console.
    std::vector<std::string_view> keys() const;

 private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
    };
    std::unordered_map<std::string, Word, Hash, std::equal_to<>> words_;
};

// How a field is called: `field.<Record>.<name>`, else `field.<module>.<name>` (a Record's name begins with its
// module), else `field.<name>`; null when none of them stands in the words.
const Word* field_word(const Words& words, std::string_view record, std::string_view field);
// How a value of a choice is called, likewise: `choice.<Record>.<field>.<value>`, `choice.<module>.<field>.<value>`,
// `choice.<field>.<value>`. The value is the enumerator's name, also where its number travels.
const Word* choice_word(const Words& words, std::string_view record, std::string_view field, std::string_view value);

// zh unless English is preferred in the Accept-Language header.
Locale locale_of(std::string_view accept_language);

}  // namespace yuanliu
