"""Each person's and firm's own store of papers (kho quản lý dữ liệu điện tử của tổ chức, cá nhân; TT 01/2023)."""
