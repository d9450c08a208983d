#include "modules/catalog/catalog.hpp"

void yuanliu::catalog::routes(Routes& r) {
    r.module("catalog");
    r.permission("catalog.read", {UserType::staff, UserType::agent});
    r.permission("catalog.write", {UserType::staff});
    r.get("/api/product-types/", "catalog.read", &list, "List product types");
    r.post("/api/product-types/", "catalog.write", &create, "Create a product type").created();
    r.get("/api/product-types/{id}/", "catalog.read", &view, "One product type");
    r.put("/api/product-types/{id}/", "catalog.write", &update, "Change a product type");
    r.del("/api/product-types/{id}/", "catalog.write", &remove, "Delete a product type that has no units");
}
