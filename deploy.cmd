@echo off
rem The one command of picorest on Windows, as deploy.sh is elsewhere: `deploy help`.
rem It keeps its tools in .venv beside itself and sets that up when needed.
setlocal
set "PYTHONUTF8=1"
set "probe=import sys; sys.exit(sys.version_info < (3, 10))"
if not exist "%~dp0.venv\ready-requirements-*" goto search
if exist "%~dp0.venv\Scripts\python.exe" goto tools

:search
if not defined PYTHON goto launcher
"%PYTHON%" -c "%probe%" >nul 2>nul && goto named

:launcher
py -3 -c "%probe%" >nul 2>nul && goto py
python -c "%probe%" >nul 2>nul && goto python
echo deploy: needs Python 3.10 or newer, and there is none on this computer's PATH. 1>&2
echo Install it from https://www.python.org/downloads/ or with `winget install Python.Python.3.13`, 1>&2
echo open a new window and try again; or name it: set PYTHON=C:\path\to\python.exe 1>&2
exit /b 1

:tools
"%~dp0.venv\Scripts\python.exe" "%~dp0host" %*
exit /b

:named
"%PYTHON%" "%~dp0host" %*
exit /b

:py
py -3 "%~dp0host" %*
exit /b

:python
python "%~dp0host" %*
exit /b
