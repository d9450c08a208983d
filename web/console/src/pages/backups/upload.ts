// A large file on its way, with how much of it is there; fetch() does not tell.
import { ApiError, session, type Schemas } from "@/app/api";
import { language } from "@/base/language";
import { t } from "./words";

export interface Sending {
    done: Promise<Schemas["BackupsItem"]>;
    cancel(): void;
}

export function sendBackup(file: File, progress: (sent: number) => void): Sending {
    const request = new XMLHttpRequest();
    const done = (async () => {
        const token = await session.token();
        return new Promise<Schemas["BackupsItem"]>((resolve, reject) => {
            request.open("POST", "/api/backups/upload/");
            request.setRequestHeader("Authorization", `Bearer ${token ?? ""}`);
            request.setRequestHeader("Accept-Language", language());
            request.responseType = "json";
            request.upload.onprogress = (event) => { progress(event.loaded); };
            request.onload = () => {
                const said = request.response as { data?: Schemas["BackupsItem"]; error?: { code: string; message: string }; request_id?: string } | null;
                if (request.status < 300 && said?.data) resolve(said.data);
                else reject(new ApiError(request.status, said?.error?.code ?? `http.${request.status}`, said?.error?.message ?? t("upload_lost"), [], said?.request_id));
            };
            request.onerror = () => { reject(new ApiError(0, "unreachable", t("upload_lost"))); };
            request.onabort = () => { reject(new DOMException("", "AbortError")); };
            const body = new FormData();
            body.append("file", file);
            request.send(body);
        });
    })();
    return { done, cancel: () => { request.abort(); } };
}
