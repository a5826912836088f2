-- Asks for each address of a list once, in order, and writes how long that took, in microseconds.
-- wrk ... -s harvest.lua URL -- LIST OUT. wrk itself only knows how to go on for a time.
local ffi = require("ffi")
ffi.cdef("typedef struct { long sec; long usec; } moment; int gettimeofday(moment *now, void *zone);")

local paths, asked, answered, began, out = {}, 0, 0, nil, nil

local function now()
  local moment = ffi.new("moment")
  ffi.C.gettimeofday(moment, nil)
  return tonumber(moment.sec) * 1e6 + tonumber(moment.usec)
end

function init(arguments)
  for line in io.lines(arguments[1]) do
    paths[#paths + 1] = line
  end
  out = arguments[2]
end

function request()
  began = began or now()
  asked = asked + 1
  -- Who is asked again after the last one has to say something: the time is taken by then.
  return wrk.format("GET", paths[math.min(asked, #paths)])
end

function response()
  answered = answered + 1
  if answered == #paths then
    local file = io.open(out .. ".partial", "w")
    file:write(string.format("%.0f", now() - began))
    file:close()
    os.rename(out .. ".partial", out)
  end
end
