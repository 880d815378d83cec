# select, whose polls also wake for interrupts and timers.
from _vb import poll
from uselect import POLLERR, POLLHUP, POLLIN, POLLOUT
