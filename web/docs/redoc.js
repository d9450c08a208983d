Redoc.init("/openapi.json", {
    expandResponses: "200,201",
    hideDownloadButton: false,
    nativeScrollbars: true,
    scrollYOffset: 40,
    sortPropsAlphabetically: false,
}, document.getElementById("viewer"));
