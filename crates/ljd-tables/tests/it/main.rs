//! Tables as their users see them.
