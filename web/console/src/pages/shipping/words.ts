import { defineWords } from "@/base/language";

export const { t } = defineWords("shipping", {
    zh: {
        shipments: "发货单", shipments_help: "每次发货是一张发货单。", shipments_none: "还没有发过货", shipment: "发货单", agent_of: "代理商", creator: "发货人",
        title: "扫码作业", help: "扫码枪随时可扫，不用点任何输入框；中文输入法下也可以。也能把一列编码粘贴到页面上。",
        mode: "作业", ship: "发货", receive: "入库", take_back: "退回", restock: "重新入库", import_list: "导入清单", sounds_on: "声音已开", sounds_off: "声音已关",
        agent: "发给哪个代理商", agent_first: "请先选择代理商", remark: "备注", remark_hint: "例如快递单号，可不填", change: "更换",
        pieces: "件", waiting: "请扫第一件", box: "输入编码后按回车，或粘贴一列编码", add: "加入", undo: "撤销上一件", undone: "已撤销 {code}", clear: "清空",
        clear_ask: "清空已扫的 {n} 件", clear_text: "只是清空这张清单，产品状态不变。", list: "已扫清单", list_none: "还没有扫任何产品", remove: "移除 {code}",
        checking: "核对中", unchecked: "未核对（没有网络）", checking_n: "正在核对 {n} 件", unchecked_n: "{n} 件还没有核对，恢复网络后自动核对",
        repeated: "已经扫过，没有重复计入：{code}", full: "一次最多 {n} 件，请先提交", not_code: "不是产品编码：{text}",
        wrong: "{code} 当前状态是“{state}”，不能{what}", wrong_agent: "{code} 已发给 {agent}，不能再次发货", bad_title: "这件不能{what}", bad_more: "还有 {n} 条", known: "知道了",
        pasted: "加入 {n} 个编码", pasted_more: "加入 {n} 个编码，忽略 {repeated} 个重复、{bad} 个无效",
        send_ship: "发货 {n} 件给 {agent}", send_receive: "入库 {n} 件", send_take_back: "退回 {n} 件", send_restock: "重新入库 {n} 件", send: "提交",
        done_ship: "已发货 {n} 件，发给 {agent}", done_receive: "已入库 {n} 件", done_take_back: "已退回 {n} 件", done_restock: "已重新入库 {n} 件", 
        refused: "{n} 件不能{what}，整批没有执行", remove_refused: "从清单移除它们", unsure: "没有收到服务器的答复，不知道是否成功。再提交一次即可，不会重复执行。",
    },
    en: {
        shipments: "Shipments", shipments_help: "Everything shipped at once is a shipment.", shipments_none: "Nothing has been shipped yet", shipment: "Shipment", agent_of: "Agent", creator: "Shipped by",
        title: "Scanning", help: "The gun works at any time, no field needs the focus, also under a Chinese input method. A column of codes can be pasted anywhere on the page.",
        mode: "Step", ship: "Ship", receive: "Receive", take_back: "Take back", restock: "Restock", import_list: "Import a list", sounds_on: "Sounds on", sounds_off: "Sounds off",
        agent: "Ship to which agent", agent_first: "Choose the agent first", remark: "Remark", remark_hint: "A waybill number, for example; optional", change: "Change",
        pieces: "pieces", waiting: "Scan the first one", box: "Type a code and press Enter, or paste a column", add: "Add", undo: "Undo last", undone: "{code} taken back", clear: "Clear",
        clear_ask: "Clear the {n} scanned", clear_text: "This only empties the list; the products stay as they are.", list: "Scanned", list_none: "Nothing scanned yet", remove: "Remove {code}",
        checking: "Checking", unchecked: "Not checked (no network)", checking_n: "Checking {n}", unchecked_n: "{n} not checked yet; that happens by itself once the network is back",
        repeated: "Scanned already, not counted again: {code}", full: "At most {n} at once; please submit first", not_code: "Not a product code: {text}",
        wrong: "{code} is “{state}” and cannot take this step ({what})", wrong_agent: "{code} was shipped to {agent} already", bad_title: "This one cannot take the step: {what}", bad_more: "{n} more", known: "Got it",
        pasted: "{n} codes added", pasted_more: "{n} codes added, {repeated} repeated and {bad} invalid ignored",
        send_ship: "Ship {n} to {agent}", send_receive: "Receive {n}", send_take_back: "Take back {n}", send_restock: "Restock {n}", send: "Submit",
        done_ship: "{n} shipped to {agent}", done_receive: "{n} received", done_take_back: "{n} taken back", done_restock: "{n} restocked", 
        refused: "{n} cannot take this step ({what}); nothing was done", remove_refused: "Remove them from the list", unsure: "No answer came from the server, so it may have happened or not. Submit again: it will not happen twice.",
    },
});
