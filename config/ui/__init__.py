"""Template tags of the shared components. Installed as a builtin library, so no template loads it.

marks      icon, solid, state, tier, lane_mark; |tone, |verdict_word, |initials
words      interval, today; |points, |percent, |plain, |of_hundred, |digits, |counted, |short_hash, |long_hash,
           |file_size, |day, |short_day, |moment, |ago, |due, |is_late, |plainly, |metric_name
pictures   meter, gauge, dots, interval_picture, share_bar, position, stretch, chart
forms      field
languages  |shown, |language_name, |own_name
access     may, why_not, my_roles, unread_notices, nav_items
"""

from config.ui import access, forms, languages, marks, pictures, words
from config.ui.library import register

__all__ = ["access", "forms", "languages", "marks", "pictures", "register", "words"]
