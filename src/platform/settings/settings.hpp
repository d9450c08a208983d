// What an administrator may change while the program runs. A module declares its settings once, at start:
//
//     shelf_months = settings.declare<Int<0, 120>>("units.shelf_months", 6);
//
// and reads them where it needs them: `shelf_months.get(rx)`. The type checks what is put in. A setting is described to
// people by the word `setting.<key>`.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>

#include "platform/auth/actor.hpp"
#include "platform/db/db.hpp"
#include "platform/routes/routes.hpp"
#include "platform/settings/model.hpp"

namespace yuanliu::settings {

class Settings;

// Handle of a declared setting: copy it freely. Thread-safe.
template <class T>
class Setting {
 public:
    Setting() = default;
    // The value in effect. Costs two atomic loads; once a second also one small read.
    T get(Rx& rx) const;

 private:
    friend class Settings;
    Setting(Settings* all, std::size_t index) : all_(all), index_(index) {}
    Settings* all_ = nullptr;
    std::size_t index_ = 0;
};

// All settings and the values in effect. Thread-safe once everything is declared; a part of the Database.
//
// A change made in this process counts from its commit on; one made by another instance within fresh_ms (plus the delay
// of a replica, where reads go to one).
class Settings {
 public:
    static constexpr std::int64_t fresh_ms = 1000;

    // `check` throws for a value that fits the type and is wrong all the same. Throws internal when the key is taken.
    // Only at start.
    template <class T>
    Setting<T> declare(std::string key, T standard, std::function<void(const T&)> check = {}) {
        auto value = std::make_shared<const T>(std::move(standard));
        Check any;
        if (check) any = [check = std::move(check)](const void* v) { check(*static_cast<const T*>(v)); };
        return {this, add(std::move(key), type_of<T>(), value, std::move(any),
                          [] { return std::shared_ptr<void>(std::make_shared<T>()); })};
    }

    std::vector<View> list(Rx& rx) const;
    // The keys whose stored value is not one of their type.
    std::vector<std::string> misfits(Rx& rx) const;
    // Throws not_found `settings.unknown`, unreadable or invalid naming `value` when the type refuses it.
    View change(Tx& tx, const Actor& actor, std::string_view key, const Change& change);

 private:
    template <class T>
    friend class Setting;
    using Value = std::shared_ptr<const void>;
    using Check = std::function<void(const void*)>;
    struct Declared {
        std::string key;
        const Type* type;
        Value standard;
        Check check;
        std::shared_ptr<void> (*make)();
    };
    // Immutable; replaced as a whole.
    struct Snapshot {
        std::int64_t version = 0;
        std::vector<Value> values;  // by index of declared_
    };

    std::size_t add(std::string key, const Type& type, Value standard, Check check, std::shared_ptr<void> (*make)());
    const Declared& declared(std::string_view key) const;
    // Throws as change() does.
    static Value parse(const Declared& setting, std::string_view json);
    static std::string json_of(const Declared& setting, const Value& value);
    View view(const Declared& setting, const Row* row) const;
    Value value(Rx& rx, std::size_t index);
    std::shared_ptr<const Snapshot> load(Rx& rx, std::int64_t version) const;
    void refresh(Rx& rx);

    std::vector<Declared> declared_;
    std::map<std::string, std::size_t, std::less<>> index_;
    std::atomic<std::shared_ptr<const Snapshot>> snapshot_;
    std::atomic<std::int64_t> checked_ms_{0};  // of the monotonic clock
    std::atomic<bool> stale_{true};
};

template <class T>
T Setting<T>::get(Rx& rx) const {
    if (!all_) throw internal("a setting was read before it was declared");
    return *static_cast<const T*>(all_->value(rx, index_).get());
}

void routes(Routes& r);

}  // namespace yuanliu::settings
