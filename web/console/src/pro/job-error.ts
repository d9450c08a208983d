// What a job's error says, in the reader's language: the server keeps the key of the message and what it names.
import type { Schemas } from "@/app/api";
import { choiceOf } from "@/base/language";
import { t } from "@/base/words";
import { useGlossary } from "./glossary";

export type JobError = Schemas["JobsError"];

// Fills {name}, and {state|units.status} with the word of that choice. A hole that nothing is known for is left out.
export function fillHoles(words: string, args: Record<string, string>): string {
    return words.replace(/\{(\w+)(?:\|(\w+)\.(\w+))?\}/g, (_hole, name: string, module?: string, field?: string) => {
        const value = args[name] ?? "";
        return module && field ? choiceOf(module, field, value) ?? value : value;
    });
}

export function useJobErrors() {
    const { refusal } = useGlossary();
    // The message; the operator's own text where there is no message, as for what nobody foresaw.
    const say = (error: JobError | null | undefined): string => {
        if (!error) return "";
        const words = refusal(error.code);
        if (error.code === "internal" || words === error.code) return error.text || (words === error.code ? t("error") : words);
        return fillHoles(words, error.args ?? {});
    };
    // What operators read beside it, when it says more.
    const more = (error: JobError): string => (error.text && error.text !== say(error) ? error.text : "");
    return { say, more };
}
