// Permissions are told by module: units.ship belongs to units.
export interface PermissionGroup<P extends { name: string }> {
    module: string;
    permissions: P[];
}

export function groupPermissions<P extends { name: string }>(permissions: P[]): PermissionGroup<P>[] {
    const groups: PermissionGroup<P>[] = [];
    for (const one of permissions) {
        const module = one.name.split(".")[0] ?? "";
        const group = groups.find((known) => known.module === module);
        if (group) group.permissions.push(one);
        else groups.push({ module, permissions: [one] });
    }
    return groups;
}
