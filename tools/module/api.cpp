#include "modules/@name@/@name@.hpp"

void yuanliu::@name@::routes(Routes& r) {
    r.module("@name@");
    r.permission("@name@.read", {UserType::staff});
    r.permission("@name@.write", {UserType::staff});
    r.get("/api/@name@/", "@name@.read", &list, "List");
    r.post("/api/@name@/", "@name@.write", &create, "Create one").created();
    r.get("/api/@name@/{id}/", "@name@.read", &view, "View one");
}
