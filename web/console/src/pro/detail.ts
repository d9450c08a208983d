import type { Component } from "vue";
import type { Question } from "./list";

export interface Fact {
    label: string;
    value: string; // an empty one shows —
    to?: string; // a path of the console
    copy?: boolean;
    wide?: boolean;
}

export interface PageAction {
    key: string;
    label: string;
    icon?: Component;
    primary?: boolean;
    danger?: boolean;
    permission?: string;
    when?: boolean;
    ask?: Question;
    done?: string;
    run: () => unknown;
}

export interface Tab {
    name: string;
    label: string;
    permission?: string;
}
