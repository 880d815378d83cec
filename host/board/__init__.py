"""The board, as the host sees it: at the cable, or over Wi-Fi."""
