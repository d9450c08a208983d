#include <spdlog/spdlog.h>

#include "base/crypto.hpp"
#include "modules/backups/backups.hpp"
#include "modules/backups/shelf.hpp"
#include "modules/identity/identity.hpp"
#include "platform/audit/audit.hpp"
#include "platform/jobs/jobs.hpp"
#include "platform/jobs/queue.hpp"
#include "platform/jobs/registry.hpp"
#include "platform/settings/settings.hpp"

namespace yuanliu::backups {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view make_kind = "backups.make", restore_kind = "backups.restore";
constexpr std::string_view restored_action = "backups.restored";

settings::Setting<Int<1, 365>> keep_scheduled;

// Not even a role that somebody gave every permission: what is in a backup would make its holder an administrator.
void require_administrator(const Actor& actor) {
    if (!actor.system && !actor.is(UserType::administrator)) throw forbidden("backups.administrators_only");
}

BackupItem one(const Site& site, const BackupName& name) {
    auto item = item_of(site, name);
    if (!item) throw not_found("backups.unknown", {{"name", name.value}});
    return *item;
}

std::string json_text(std::string_view text) {
    std::string out;
    JsonWriter w(out);
    w.string(text);
    return out;
}

void open_shelf(const Site& site) {
    fs::create_directories(site.shelf());
    fs::permissions(site.shelf(), fs::perms::owner_all);
}

void run_make(jobs::Context& context, const MakeTask& task) {
    const auto& site = context.db.parts().get<Site>();
    open_shelf(site);
    const auto name = task.name ? *task.name : new_name(site, task.kind, Env::real().now());
    // There already when the job runs again after it had done its work.
    if (!item_of(site, name))
        make_archive(context.db, site, path_of(site, name), task.actor_name.value_or(""), [&](int done) {
            context.progress(done, archive_steps);
            if (done < archive_steps) context.check();
        });
    if (task.kind == BackupKind::scheduled) {
        const auto keep = context.db.read([](Rx& rx) { return std::int64_t(keep_scheduled.get(rx)); });
        prune(site, task.kind, std::size_t(keep));
    }
    context.result(one(site, name));
}

void run_restore(jobs::Context& context, const RestoreTask& task) {
    const auto& site = context.db.parts().get<Site>();
    context.progress(0, 1);
    stage(site, path_of(site, one(site, task.name).name));
    context.progress(1, 1);
    context.complete([](Tx&) {});
    context.db.parts().get<RestoreDesk>().ask({task.name, task.actor_id, task.actor_name, {}, {}});
}

}  // namespace

std::vector<BackupItem> list(Database& db, const Actor& actor) {
    require_administrator(actor);
    return items(db.parts().get<Site>());
}

BackupJob make(Tx& tx, const Actor& actor) {
    require_administrator(actor);
    const auto& site = tx.part<Site>();
    const MakeTask task{BackupKind::manual, new_name(site, BackupKind::manual, tx.now()), actor.name};
    tx.note("name", json_text(*task.name));
    return {jobs::enqueue(tx, make_kind, task,
                          {.max_attempts = 3, .unique_key = std::string(make_kind), .creator_id = actor.user_id})
                .value};
}

Content download(Database& db, const Actor& actor, const BackupName& name) {
    require_administrator(actor);
    const auto& site = db.parts().get<Site>();
    const auto item = one(site, name);
    db.write([&](Tx& tx) {
        tx.note("name", json_text(item.name));
        audit::record(tx, actor, "backups.backups.download.list");
    });
    Content content;
    content.type = "application/x-tar";
    content.file = path_of(site, item.name).string();
    content.filename = "yuanliu-" + item.name.value;
    content.headers = {{"Cache-Control", "no-store"}};
    return content;
}

void remove(Tx& tx, const Actor& actor, const BackupName& name) {
    require_administrator(actor);
    const auto& site = tx.part<Site>();
    const auto path = path_of(site, one(site, name).name);
    tx.note("name", json_text(name));
    tx.after_commit([path] {
        std::error_code failed;
        fs::remove(path, failed);
        if (failed) spdlog::warn("cannot remove {}: {}", path.string(), failed.message());
    });
}

namespace {

// The same archive, sent before. Sent again because its first answer was lost on the way, it must not lie here twice;
// what it is recognised by is its content, which also outlives a crash between the shelf and the record of it.
std::optional<BackupItem> uploaded_before(const Site& site, const fs::path& path) {
    const auto bytes = std::int64_t(fs::file_size(path));
    std::string hash;
    for (auto& item : items(site)) {
        if (item.kind != BackupKind::uploaded || item.bytes != bytes) continue;
        if (hash.empty()) hash = hash_of_file(path);
        if (hash_of_file(path_of(site, item.name)) == hash) return std::move(item);
    }
    return {};
}

// Onto the shelf, once it has proved to be good.
BackupItem keep(const Site& site, const fs::path& path) {
    const fs::path draft = site.shelf() / (path.filename().string() + ".arriving");
    {
        const Scratch scratch(draft.string() + ".check");
        unpack_archive(site, path, scratch.path);
    }
    fs::rename(path, draft);
    sync_path(draft);
    const auto name = new_name(site, BackupKind::uploaded, Env::real().now());
    fs::rename(draft, path_of(site, name));
    sync_path(site.shelf());
    return one(site, name);
}

}  // namespace

BackupItem upload(const Work& work, const Actor& actor, const Upload& upload) {
    require_administrator(actor);
    if (upload.files.size() != 1) throw invalid_field("file", "backups.one_file");
    const auto& site = work.database().parts().get<Site>();
    open_shelf(site);
    const auto& path = upload.files[0].path;
    auto item = uploaded_before(site, path);
    if (!item) item = keep(site, path);
    return work.write([&](Tx& tx) {
        tx.note("name", json_text(item->name));
        return *item;
    });
}

BackupJob restore(Tx& tx, const Actor& actor, const BackupName& name, const RestoreInput& input) {
    require_administrator(actor);
    const auto item = one(tx.part<Site>(), name);
    if (input.confirm_name != item.name.value) throw invalid_field("confirm_name", "backups.confirm_differs");
    if (!tx.part<RestoreDesk>().is_open()) throw conflict("backups.restore_under_way");
    tx.note("name", json_text(item.name));
    return {
        jobs::enqueue(
            tx, restore_kind, RestoreTask{item.name, actor.user_id, actor.name},
            {.priority = 1, .max_attempts = 1, .unique_key = std::string(restore_kind), .creator_id = actor.user_id})
            .value};
}

RestoreStatus restoring(Rx& rx, const Actor& actor) {
    require_administrator(actor);
    return rx.part<RestoreDesk>().status();
}

BackupItem make_now(Database& db, const Site& site, BackupKind kind, std::string_view made_by) {
    open_shelf(site);
    const auto name = new_name(site, kind, Env::real().now());
    make_archive(db, site, path_of(site, name), made_by);
    return one(site, name);
}

void save_and_commit(Database& db, const Site& site, Intent intent) {
    try {
        intent.safety = make_now(db, site, BackupKind::safety, intent.actor_name).name.value;
        prune(site, BackupKind::safety, safety_kept);
        commit(site, intent);
        spdlog::info("what was there is kept as {}", intent.safety);
    } catch (const Error& e) {
        spdlog::error("nothing is restored, because what is there could not be saved: {}", e.what());
        abandon(site, intent, e.code);
    }
}

void tell_outcome(Database& db, const Site& site) {
    const auto told = outcome(site);
    if (!told) return;
    Actor actor;
    actor.user_id = told->actor_id;
    actor.name = told->actor_name;
    actor.type = UserType::administrator;
    db.write([&](Tx& tx) {
        if (!told->failure.empty()) return audit::refusal(tx, actor, restored_action, told->failure);
        identity::end_every_session(tx);
        // What ran when the backup was made is in nobody's hands. Until its leases ran out, nothing of the same key
        // could be started: the next backup would be that one of then.
        jobs::rescue_all(tx);
        tx.note("name", json_text(told->name));
        tx.note("safety", json_text(told->safety));
        audit::record(tx, actor, restored_action);
    });
    db.parts().get<RestoreDesk>().came_of(*told, Env::real().now());
    forget_outcome(site);
    if (told->failure.empty()) spdlog::info("{} is back; everybody signs in again", told->name.value);
}

void declare(settings::Settings& settings) { keep_scheduled = settings.declare<Int<1, 365>>("backups.keep", 7); }

void declare(jobs::Registry& registry) {
    registry.on<MakeTask>(std::string(make_kind), &run_make);
    registry.on<RestoreTask>(std::string(restore_kind), &run_restore);
    registry.schedule<MakeTask>("backups.daily", "30 3 * * *", std::string(make_kind),
                                MakeTask{BackupKind::scheduled, {}, {}}, {.max_attempts = 3});
}

}  // namespace yuanliu::backups
