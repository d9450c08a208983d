// What a camera sees of a label: a short raw video (YUV4MPEG2) of one QR code, for Chromium's pretended camera.
import { encode } from "../../../web/mobile/node_modules/uqr/dist/index.mjs";

const width = 640, height = 480, frames = 10;

export function videoOfCode(text) {
    const { data, size } = encode(text, { border: 4 });
    const module = Math.floor(400 / size);
    const left = (width - module * size) >> 1, top = (height - module * size) >> 1;
    const light = Buffer.alloc(width * height, 200);
    for (let y = 0; y < size * module; y++) {
        for (let x = 0; x < size * module; x++) {
            light[(top + y) * width + left + x] = data[Math.floor(y / module)][Math.floor(x / module)] ? 20 : 235;
        }
    }
    const frame = Buffer.concat([Buffer.from("FRAME\n"), light, Buffer.alloc((width * height) / 2, 128)]);
    return Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420\n`), ...Array(frames).fill(frame)]);
}
